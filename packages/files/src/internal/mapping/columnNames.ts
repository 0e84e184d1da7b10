/**
 * The names under which exports of other systems carry an account's fields. Only what means one thing: a wrong guess is worse than a flag.
 */
import { type AccountField, fields } from "@effect-aptrinsic/core/AccountFields"

/** Case, accents, spaces and punctuation do not tell names apart. */
export const normalize = (name: string): string =>
  name
    .toLowerCase()
    .normalize("NFD")
    .replaceAll(/[^\p{L}\p{N}]+/gu, "")

/** A path without what APIs wrap the fields of a record in: HubSpot, GraphQL, JSON:API, Airtable, Zendesk. */
export const unwrapped = (path: string): string =>
  path.replace(/^(?:properties|node|attributes|fields|organization_fields)\./i, "")

// Salesforce, HubSpot, Gainsight CS, plain English; then the same in German, French and Spanish.
const aliases: Record<string, ReadonlyArray<string>> = {
  id: [
    "Account ID",
    "Account Identifier",
    "Company ID",
    "Record ID",
    "Kundennummer",
    "Kunden-Nr",
    "Kd-Nr",
    "Kunden-ID",
    "Account-Nummer",
    "Numéro client",
    "Numéro de client",
    "Code client",
    "ID client",
    "ID du compte",
    "Número de cliente",
    "Nº cliente",
    "Código de cliente",
    "ID de cliente",
    "ID de la cuenta",
  ],
  name: [
    "Account Name",
    "Company Name",
    "Company",
    "Customer Name",
    "Firma",
    "Firmenname",
    "Kundenname",
    "Unternehmen",
    "Unternehmensname",
    "Nom du compte",
    "Nom de l'entreprise",
    "Nom de la société",
    "Nom du client",
    "Raison sociale",
    "Société",
    "Entreprise",
    "Nombre de la cuenta",
    "Nombre de la empresa",
    "Nombre del cliente",
    "Razón social",
    "Empresa",
  ],
  propertyKeys: ["Property Key", "Product Key", "Product Keys", "Product Tag Key", "Product Tag Keys", "Tag Key"],
  sfdcId: ["Salesforce ID", "Salesforce Account ID", "SFDC Account ID"],
  dunsNumber: ["DUNS", "D-U-N-S Number", "D&B D-U-N-S Number"],
  industry: ["Industry Name", "Branche", "Secteur d'activité", "Industria"],
  numberOfEmployees: [
    "Employees",
    "Employee Count",
    "No of Employees",
    "Mitarbeiter",
    "Mitarbeiterzahl",
    "Anzahl Mitarbeiter",
    "Anzahl der Mitarbeiter",
    "Nombre d'employés",
    "Effectif",
    "Número de empleados",
    "Empleados",
  ],
  sicCode: ["SIC"],
  website: [
    "Website URL",
    "Company Domain Name",
    "Domain",
    "Webseite",
    "Internetseite",
    "Site web",
    "Site internet",
    "Sitio web",
    "Página web",
  ],
  naicsCode: ["NAICS"],
  plan: ["Plan Name"],
  renewalDate: [
    "Renewal",
    "Contract Renewal Date",
    "Verlängerungsdatum",
    "Date de renouvellement",
    "Fecha de renovación",
  ],
  lastSeenDate: [
    "Last Seen",
    "Last Activity",
    "Last Activity Date",
    "Letzte Aktivität",
    "Dernière activité",
    "Date de dernière activité",
    "Última actividad",
    "Fecha de la última actividad",
  ],
  healthScore: ["Health"],
  gsId: ["Gainsight ID"],
  nps: ["NPS Score", "Net Promoter Score"],
  csm: [
    "Customer Success Manager",
    "CSM Name",
    "Account Owner",
    "Account Owner Name",
    "Owner Name",
    "Company Owner",
    "Kundenbetreuer",
    "Accountinhaber",
    "Propriétaire du compte",
    "Propietario de la cuenta",
  ],
  "location.countryName": [
    "Country",
    "Billing Country",
    "Billing Address Country",
    "Country/Region",
    "Country Name",
    "Land",
    "Land/Region",
    "Rechnungsland",
    "Pays",
    "Pays/Région",
    "País",
    "País/Región",
  ],
  "location.countryCode": ["Billing Country Code"],
  "location.stateName": [
    "State",
    "Billing Address State",
    "State/Region",
    "State/Province",
    "Province",
    "Billing State",
    "Billing State/Province",
    "Bundesland",
    "Kanton",
    "Provincia",
    "Comunidad autónoma",
  ],
  "location.stateCode": ["Billing State Code"],
  "location.street": [
    "Address",
    "Billing Address Street",
    "Street Address",
    "Billing Street",
    "Straße",
    "Strasse",
    "Straße und Hausnummer",
    "Strasse und Hausnummer",
    "Rechnungsstraße",
    "Rue",
    "Adresse postale",
    "Calle",
  ],
  "location.city": [
    "Billing City",
    "Billing Address City",
    "Ort",
    "Stadt",
    "Rechnungsort",
    "Ville",
    "Ville de facturation",
    "Ciudad",
    "Ciudad de facturación",
  ],
  "location.postalCode": [
    "Zip",
    "Billing Address Postal Code",
    "Zip Code",
    "Zip/Postal Code",
    "Postcode",
    "Billing Zip",
    "Billing Postal Code",
    "Billing Zip/Postal Code",
    "PLZ",
    "Postleitzahl",
    "Rechnungs-PLZ",
    "Code postal",
    "Código postal",
  ],
  "location.timeZone": ["Time Zone", "Zeitzone", "Fuseau horaire", "Zona horaria"],
  "location.coordinates.latitude": ["Billing Latitude", "Billing Address Latitude", "Breitengrad", "Latitud"],
  "location.coordinates.longitude": ["Billing Longitude", "Billing Address Longitude", "Längengrad", "Longitud"],
}

const lastOf = (path: string) => normalize(path.slice(path.lastIndexOf(".") + 1))

/** Every known name of these fields, normalized, and the field it means. */
export const namesOf = (fields: ReadonlyArray<AccountField>): ReadonlyMap<string, string> => {
  const byLast = Map.groupBy(fields, ({ path }) => lastOf(path))
  return new Map([
    // `City` alone can only be that of the location, as long as nothing else has one.
    ...[...byLast].flatMap(([last, [field, ...others]]) => (others.length === 0 ? [[last, field!.path] as const] : [])),
    ...Object.entries(aliases).flatMap(([path, names]) => names.map((name) => [normalize(name), path] as const)),
    ...fields.map(({ path }) => [normalize(path), path] as const),
  ])
}

/** Every known name of an account's fields. */
export const known: ReadonlyMap<string, string> = namesOf(fields)
