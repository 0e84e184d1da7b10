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

/** Names of fields by the language they are in. */
const aliases: Record<"en" | "de" | "fr" | "es", Record<string, ReadonlyArray<string>>> = {
  // Salesforce, HubSpot, Gainsight CS, plain English.
  en: {
    id: ["Account ID", "Account Identifier", "Company ID", "Record ID"],
    name: ["Account Name", "Company Name", "Company", "Customer Name"],
    propertyKeys: ["Property Key", "Product Key", "Product Keys", "Product Tag Key", "Product Tag Keys", "Tag Key"],
    sfdcId: ["Salesforce ID", "Salesforce Account ID", "SFDC Account ID"],
    dunsNumber: ["DUNS", "D-U-N-S Number", "D&B D-U-N-S Number"],
    industry: ["Industry Name"],
    numberOfEmployees: ["Employees", "Employee Count", "No of Employees"],
    sicCode: ["SIC"],
    website: ["Website URL", "Company Domain Name", "Domain"],
    naicsCode: ["NAICS"],
    plan: ["Plan Name"],
    renewalDate: ["Renewal", "Contract Renewal Date"],
    lastSeenDate: ["Last Seen", "Last Activity", "Last Activity Date"],
    healthScore: ["Health"],
    gsId: ["Gainsight ID"],
    nps: ["NPS Score", "Net Promoter Score"],
    csm: ["Customer Success Manager", "CSM Name", "Account Owner", "Account Owner Name", "Owner Name", "Company Owner"],
    "location.countryName": ["Country", "Billing Country", "Billing Address Country", "Country/Region", "Country Name"],
    "location.countryCode": ["Billing Country Code", "Country/Region Code", "hs_country_code"],
    "location.stateName": [
      "State",
      "Billing Address State",
      "State/Region",
      "State/Province",
      "Province",
      "Billing State",
      "Billing State/Province",
    ],
    "location.stateCode": ["Billing State Code", "State/Region Code", "hs_state_code"],
    "location.street": ["Address", "Billing Address Street", "Street Address", "Billing Street"],
    "location.city": ["Billing City", "Billing Address City"],
    "location.postalCode": [
      "Zip",
      "Billing Address Postal Code",
      "Zip Code",
      "Zip/Postal Code",
      "Postcode",
      "Billing Zip",
      "Billing Postal Code",
      "Billing Zip/Postal Code",
    ],
    "location.timeZone": ["Time Zone"],
    "location.coordinates.latitude": ["Billing Latitude", "Billing Address Latitude"],
    "location.coordinates.longitude": ["Billing Longitude", "Billing Address Longitude"],
  },
  de: {
    id: ["Kundennummer", "Kunden-Nr", "Kd-Nr", "Kunden-ID", "Account-Nummer"],
    name: ["Firma", "Firmenname", "Kundenname", "Unternehmen", "Unternehmensname"],
    industry: ["Branche"],
    numberOfEmployees: ["Mitarbeiter", "Mitarbeiterzahl", "Anzahl Mitarbeiter", "Anzahl der Mitarbeiter"],
    website: ["Webseite", "Internetseite"],
    renewalDate: ["Verlängerungsdatum"],
    lastSeenDate: ["Letzte Aktivität"],
    csm: ["Kundenbetreuer", "Accountinhaber"],
    "location.countryName": ["Land", "Land/Region", "Rechnungsland"],
    "location.stateName": ["Bundesland", "Kanton"],
    "location.street": ["Straße", "Strasse", "Straße und Hausnummer", "Strasse und Hausnummer", "Rechnungsstraße"],
    "location.city": ["Ort", "Stadt", "Rechnungsort"],
    "location.postalCode": ["PLZ", "Postleitzahl", "Rechnungs-PLZ"],
    "location.timeZone": ["Zeitzone"],
    "location.coordinates.latitude": ["Breitengrad"],
    "location.coordinates.longitude": ["Längengrad"],
  },
  fr: {
    id: ["Numéro client", "Numéro de client", "Code client", "ID client", "ID du compte"],
    name: [
      "Nom du compte",
      "Nom de l'entreprise",
      "Nom de la société",
      "Nom du client",
      "Raison sociale",
      "Société",
      "Entreprise",
    ],
    industry: ["Secteur d'activité"],
    numberOfEmployees: ["Nombre d'employés", "Effectif"],
    website: ["Site web", "Site internet"],
    renewalDate: ["Date de renouvellement"],
    lastSeenDate: ["Dernière activité", "Date de dernière activité"],
    csm: ["Propriétaire du compte"],
    "location.countryName": ["Pays", "Pays/Région"],
    "location.street": ["Rue", "Adresse postale"],
    "location.city": ["Ville", "Ville de facturation"],
    "location.postalCode": ["Code postal"],
    "location.timeZone": ["Fuseau horaire"],
  },
  es: {
    id: ["Número de cliente", "Nº cliente", "Código de cliente", "ID de cliente", "ID de la cuenta"],
    name: ["Nombre de la cuenta", "Nombre de la empresa", "Nombre del cliente", "Razón social", "Empresa"],
    industry: ["Industria"],
    numberOfEmployees: ["Número de empleados", "Empleados"],
    website: ["Sitio web", "Página web"],
    renewalDate: ["Fecha de renovación"],
    lastSeenDate: ["Última actividad", "Fecha de la última actividad"],
    csm: ["Propietario de la cuenta"],
    "location.countryName": ["País", "País/Región"],
    "location.stateName": ["Provincia", "Comunidad autónoma"],
    "location.street": ["Calle"],
    "location.city": ["Ciudad", "Ciudad de facturación"],
    "location.postalCode": ["Código postal"],
    "location.timeZone": ["Zona horaria"],
    "location.coordinates.latitude": ["Latitud"],
    "location.coordinates.longitude": ["Longitud"],
  },
}

const lastOf = (path: string) => normalize(path.slice(path.lastIndexOf(".") + 1))

/** Every known name of these fields, normalized, and the field it means. */
export const namesOf = (fields: ReadonlyArray<AccountField>): ReadonlyMap<string, string> => {
  const byLast = Map.groupBy(fields, ({ path }) => lastOf(path))
  return new Map([
    // `City` alone can only be that of the location, as long as nothing else has one.
    ...[...byLast].flatMap(([last, [field, ...others]]) => (others.length === 0 ? [[last, field!.path] as const] : [])),
    ...Object.values(aliases).flatMap((fields) =>
      Object.entries(fields).flatMap(([path, names]) => names.map((name) => [normalize(name), path] as const)),
    ),
    ...fields.map(({ path }) => [normalize(path), path] as const),
  ])
}

/** Every known name of an account's fields. */
export const known: ReadonlyMap<string, string> = namesOf(fields)

/** The language of most of the columns that have names in one, other than English. */
export const languageOf = (columns: ReadonlyArray<string>): string | undefined => {
  const normalized = new Set(columns.map(normalize))
  const counts = (["de", "fr", "es"] as const).map((language) => {
    const names = Object.values(aliases[language]).flat()
    return { language, count: names.filter((name) => normalized.has(normalize(name))).length }
  })
  const [most] = counts.toSorted((one, other) => other.count - one.count)
  return most!.count > 0 ? most!.language : undefined
}
