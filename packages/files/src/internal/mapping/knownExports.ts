/**
 * Exports that are known by their columns, and which of those columns are standard there and have no field in an account. A column that
 * somebody added to the system is in no list.
 */
import { normalize, unwrapped } from "./columnNames.ts"

export interface KnownExport {
  /** What a sentence calls it. */
  readonly name: string
  readonly isStandard: (column: string) => boolean
  /** Whether a column says what another of them says better. */
  readonly yields: (column: string, columns: ReadonlyArray<string>) => boolean
}

interface Definition {
  readonly name: string
  readonly isSuch: (columns: ReadonlyArray<string>) => boolean
  /** The names that its API uses, as they are written there. */
  readonly names?: string
  /** The labels that its screens and reports use, with bars between them, whatever their case and punctuation. */
  readonly labels: string
  /** Columns that are named by what they count or hold. */
  readonly pattern?: RegExp
  /** Columns that give a field only where another does not. */
  readonly yielding?: ReadonlyMap<string, string>
}

const wordsOf = (text: string) => text.trim().split(/\s+/)

const hasLabel = (columns: ReadonlyArray<string>) => {
  const labels = new Set(columns.map(normalize))
  return (...any: ReadonlyArray<string>) => any.some((label) => labels.has(normalize(label)))
}

/** Salesforce's API writes `BillingCity`, Data Loader `BILLINGCITY`; no other system does. */
const hasName = (columns: ReadonlyArray<string>) => {
  const names = new Set(columns)
  return (...any: ReadonlyArray<string>) => any.some((name) => names.has(name) || names.has(name.toUpperCase()))
}

// The standard fields of `Account` in the Object Reference, the seven that Salesforce adds to the accounts of each developer org, and the labels
// of the report type "Accounts".
const salesforce: Definition = {
  name: "Salesforce",
  isSuch: (columns) => {
    const [named, labelled] = [hasName(columns), hasLabel(columns)]
    const isRecord = columns.some((column) => column.startsWith("BillingAddress.")) || columns.includes("attributes")
    return (
      (named("Id") &&
        named("Name") &&
        (isRecord || named("BillingStreet", "BillingCity", "BillingCountry", "SystemModstamp", "CreatedById"))) ||
      (labelled("Account ID") &&
        labelled("Account Name") &&
        labelled("Account Owner", "Billing City", "Billing Country", "Billing State/Province"))
    )
  },
  names: `
    AccountNumber AccountSource ActivityMetricId ActivityMetricRollupId AnnualRevenue BillingGeocodeAccuracy
    ChannelProgramLevelName ChannelProgramName CleanStatus ConnectionReceivedId ConnectionSentId CreatedById CreatedDate
    CurrencyIsoCode DandbCompanyId Description Fax IsBuyer IsCustomerPortal IsDeleted IsExcludedFromRealign IsPartner
    IsPersonAccount IsPriorityRecord Jigsaw JigsawCompanyId LastModifiedById LastModifiedDate LastReferencedDate
    LastViewedDate MasterRecordId NaicsDesc OperatingHoursId OwnerId Ownership ParentId Phone PhotoUrl Rating RecordTypeId
    ShippingAddress ShippingCity ShippingCountry ShippingCountryCode ShippingGeocodeAccuracy ShippingLatitude
    ShippingLongitude ShippingPostalCode ShippingState ShippingStateCode ShippingStreet SicDesc Site SystemModstamp
    TickerSymbol Tier Tradestyle Type YearStarted
    Active__c CustomerPriority__c NumberofLocations__c SLA__c SLAExpirationDate__c SLASerialNumber__c UpsellOpportunity__c`,
  labels: `
    Account Currency | Account Description | Account Fax | Account Number | Account Owner Alias | Account Phone |
    Account Rating | Account Record Type | Account Site | Account Source | Account Type | Annual Revenue |
    Annual Revenue Currency | Billing Address Line 1 | Billing Address Line 2 | Billing Address Line 3 |
    Clean Status | Created Alias | Created By | Created Date | Customer Portal Account | D&B Company | Data.com Key |
    Description | Fax | Last Modified Alias | Last Modified By | Last Modified Date | Last Referenced Date |
    Last Viewed Date | NAICS Description | Owner Role | Owner Role Display | Ownership | Parent Account |
    Parent Account ID | Parent Account Site | Partner Account | Phone | Rating | Shipping Address Line 1 |
    Shipping Address Line 2 | Shipping Address Line 3 | Shipping City | Shipping Country | Shipping State/Province |
    Shipping Street | Shipping Zip/Postal Code | SIC Description | Ticker Symbol | Tradestyle | Type | Year Started`,
  pattern: /^(?:ShippingAddress|Parent|Owner|CreatedBy|LastModifiedBy|RecordType|MasterRecord)\.(?!attributes$)/,
}

// The default properties of companies. Nobody but HubSpot may begin the name of a property with `hs_`.
const hubSpot: Definition = {
  name: "HubSpot",
  isSuch: (columns) => {
    const labelled = hasLabel(columns)
    return (
      columns.some((column) => /^(?:properties\.)?hs_object_id$/.test(column)) ||
      (labelled("Record ID") &&
        labelled("Company name") &&
        labelled("Company owner", "Create Date", "Lifecycle Stage", "Company Domain Name", "Last Modified Date"))
    )
  },
  names: `
    about_us address2 annualrevenue closedate createdate days_to_close description engagements_last_meeting_booked
    engagements_last_meeting_booked_campaign engagements_last_meeting_booked_medium
    engagements_last_meeting_booked_source facebook_company_page facebookfans first_contact_createdate
    first_conversion_date first_conversion_event_name first_deal_created_date founded_year googleplus_page
    hubspot_owner_assigneddate hubspot_owner_id hubspot_team_id hubspotscore is_public lifecyclestage
    linkedin_company_page linkedinbio notes_last_contacted notes_last_updated notes_next_activity_date
    num_associated_contacts num_associated_deals num_contacted_notes num_conversion_events num_notes owneremail ownername
    phone recent_conversion_date recent_conversion_event_name recent_deal_amount recent_deal_close_date
    total_money_raised total_revenue twitterbio twitterfollowers twitterhandle type web_technologies`,
  labels: `
    About Us | Additional Domains | All owner IDs | All team IDs | All teams | Annual Revenue |
    Annual Revenue Currency Code | Avatar FileManager key | Brands | Campaign of last booking in meetings tool |
    Close Date | Company Currency | Company Keywords | Create Date | Created by user ID |
    Date of last meeting booked in meetings tool | Days to Close | Description | Employee range |
    Facebook Company Page | Facebook Fans | First Contact Create Date | First Conversion | First Conversion Date |
    First Deal Created Date | First Touch Converting Campaign | Google Plus Page | Has been enriched |
    HubSpot Owner Email | HubSpot Owner Name | HubSpot Score | HubSpot Team | Ideal Customer Profile Tier |
    Industry group | Is Public | Last Booked Meeting Date | Last Contacted | Last Engagement Date |
    Last Engagement Type | Last Logged Call Date | Last Logged Outgoing Email Date | Last Modified Date |
    Last Open Task Date | Last Touch Converting Campaign | Latest create date of active subscriptions |
    Latest meeting activity | Latest Traffic Source | Latest Traffic Source Data 1 | Latest Traffic Source Data 2 |
    Latest Traffic Source Date | Latest Traffic Source Timestamp | Lead Status | Lifecycle Stage |
    Likelihood to close | LinkedIn Bio | LinkedIn Company Page | LinkedIn handle | Logo URL |
    Medium of last booking in meetings tool | Merged Company IDs | Next Activity Date | Next Activity Type |
    Number of Associated Contacts | Number of Associated Deals | Number of blockers | Number of child companies |
    Number of contacts with a buying role | Number of decision makers | Number of Form Submissions |
    Number of open deals | Number of Pageviews | Number of Sales Activities | Number of Sessions |
    Number of times contacted | Object create date/time | Object last modified date/time | Original Source Data 1 |
    Original Source Data 2 | Original Source Type | Original Traffic Source | Original Traffic Source Drill-Down 1 |
    Original Traffic Source Drill-Down 2 | Owner assigned date | Owning Teams | Parent Company |
    Performed in an import | Phone Number | Pinned Engagement ID | Pipeline | Read only object | Recent Conversion |
    Recent Conversion Date | Recent Deal Amount | Recent Deal Close Date | Recent Sales Email Replied Date |
    Record creation source | Record creation source ID | Record creation source user ID | Record source |
    Record source detail 1 | Record source detail 2 | Record source detail 3 | Revenue range | Shared teams |
    Shared users | Source of last booking in meetings tool | Source Object ID | Street Address 2 |
    Target Account | Target Account Probability | Target Account Recommendation Snooze Time |
    Target Account Recommendation State | Time First Seen | Time Last Seen | Time of First Session |
    Time of Last Session | Total Money Raised | Total open deal value | Total Revenue | Twitter Bio |
    Twitter Followers | Twitter Handle | Type | Unique creation key | Updated by user ID |
    User IDs of all notification followers | User IDs of all notification unfollowers | User IDs of all owners |
    Web Technologies | Year Founded`,
  pattern:
    /^(?:properties\.)?hs_|^(?:Date entered|Date exited|Time in|Latest time in|Cumulative time in) ["'“]|^Associated (?:Contact|Deal|Company|Ticket|Note|Call|Email|Meeting|Task)\b/i,
  yielding: new Map([
    ["Company Domain Name", "Website URL"],
    ["domain", "website"],
  ]),
}

// What the customer lists of German bookkeeping and sales programs have beside what an account takes.
const german: Definition = {
  name: "German customer lists",
  isSuch: (columns) => {
    const labelled = hasLabel(columns)
    return (
      labelled("Kundennummer", "Kunden-Nr", "Kd-Nr", "Kunden-ID") &&
      labelled("Firma", "Firmenname", "Kundenname", "Unternehmen", "Unternehmensname")
    )
  },
  labels: `
    Anrede | Ansprechpartner | Bankname | Bemerkung | BIC | Debitorenkonto | Debitorennummer | E-Mail | Fax |
    Geburtsdatum | Handelsregisternummer | IBAN | Jahresumsatz | Kunde seit | Kundengruppe | Mobil | Nachname |
    Notiz | Rabatt | Rechtsform | Steuernummer | Telefax | Telefon | Titel | Umsatz | USt-IdNr | Vorname |
    Zahlungsbedingung | Zahlungsziel`,
}

const compile = ({ isSuch, labels, name, names, pattern, yielding }: Definition) => {
  const byName = new Set((names === undefined ? [] : wordsOf(names)).flatMap((word) => [word, word.toUpperCase()]))
  const byLabel = new Set(labels.split("|").map(normalize))
  const isStandard = (column: string) => {
    const bare = unwrapped(column)
    return byName.has(bare) || byLabel.has(normalize(bare)) || pattern?.test(column) === true
  }
  const yields = (column: string, columns: ReadonlyArray<string>) => columns.includes(yielding?.get(column) ?? "")
  return { isSuch, known: { name, isStandard, yields } }
}

const compiled = [salesforce, hubSpot, german].map(compile)

/** The export whose columns these are. */
export const knownExportOf = (columns: ReadonlyArray<string>): KnownExport | undefined =>
  compiled.find(({ isSuch }) => isSuch(columns))?.known
