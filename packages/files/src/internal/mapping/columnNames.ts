/**
 * The names under which exports of other systems carry an account's fields. Only what means one thing: a wrong guess is worse than a flag.
 */
import { type AccountField, fields } from "@effect-aptrinsic/core/AccountFields"

/** Case, spaces and punctuation do not tell names apart. */
export const normalize = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "")

// Salesforce, HubSpot, Gainsight CS, plain English.
const aliases: Record<string, ReadonlyArray<string>> = {
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
  lastSeenDate: ["Last Seen"],
  healthScore: ["Health"],
  gsId: ["Gainsight ID"],
  nps: ["NPS Score", "Net Promoter Score"],
  csm: ["Customer Success Manager", "CSM Name"],
  "location.countryName": ["Country", "Billing Country", "Country/Region", "Country Name"],
  "location.countryCode": ["Billing Country Code"],
  "location.stateName": [
    "State",
    "State/Region",
    "State/Province",
    "Province",
    "Billing State",
    "Billing State/Province",
  ],
  "location.stateCode": ["Billing State Code"],
  "location.street": ["Address", "Street Address", "Billing Street"],
  "location.city": ["Billing City"],
  "location.postalCode": [
    "Zip",
    "Zip Code",
    "Zip/Postal Code",
    "Postcode",
    "Billing Zip",
    "Billing Postal Code",
    "Billing Zip/Postal Code",
  ],
  "location.timeZone": ["Time Zone"],
  "location.coordinates.latitude": ["Billing Latitude"],
  "location.coordinates.longitude": ["Billing Longitude"],
}

/** Every known name of these fields, normalized, and the field it means. */
export const namesOf = (fields: ReadonlyArray<AccountField>): ReadonlyMap<string, string> =>
  new Map([
    ...Object.entries(aliases).flatMap(([path, names]) => names.map((name) => [normalize(name), path] as const)),
    // `City` alone can only be that of the location.
    ...fields.map(({ path }) => [normalize(path.slice(path.lastIndexOf(".") + 1)), path] as const),
    ...fields.map(({ path }) => [normalize(path), path] as const),
  ])

/** Every known name of an account's fields. */
export const known: ReadonlyMap<string, string> = namesOf(fields)
