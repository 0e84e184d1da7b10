/**
 * What a program writes to create an account, with a comment for each field: no editor shows what a schema says of its fields. A test holds
 * the comments to the schema, and the types to its type. No type of Effect is in it: packages that bundle core show it to programs without.
 */

/** JSON as a program writes it: a member that is `undefined` counts as left out. */
type JsonInput = null | number | boolean | string | JsonObjectInput | ReadonlyArray<JsonInput>
interface JsonObjectInput {
  readonly [name: string]: JsonInput | undefined
}

/**
 * Coordinates as a program may write them.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface CoordinatesInput {
  /** Degrees north. Example: `37.567147`. */
  readonly latitude?: number | undefined
  /** Degrees east. Example: `-122.324211`. */
  readonly longitude?: number | undefined
}

/**
 * A location as a program may write it.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface LocationInput {
  /** Country name. Example: `"United States"`. */
  readonly countryName?: string | undefined
  /** Country code, see ISO 3166. Example: `"USA"`. */
  readonly countryCode?: string | undefined
  /** State or province name. Example: `"California"`. */
  readonly stateName?: string | undefined
  /** State or province code, see ISO 3166. Example: `"CA"`. */
  readonly stateCode?: string | undefined
  /** City. Example: `"San Mateo"`. */
  readonly city?: string | undefined
  /** Street and number. Example: `"101 Broadway"`. */
  readonly street?: string | undefined
  /** Postal code, as text: leading zeros matter. Example: `"94010"`. */
  readonly postalCode?: string | undefined
  /** Continent code, see ISO 3166. Example: `"NA"`. */
  readonly continent?: string | undefined
  /** Region, see ISO 3166-2. Example: `"US-CA"`. */
  readonly regionName?: string | undefined
  /** IANA time zone name. Example: `"America/Los_Angeles"`. */
  readonly timeZone?: string | undefined
  /** Coordinates object. */
  readonly coordinates?: CoordinatesInput | undefined
}

/**
 * A `NewAccount` as a program may write it, with what may stand for a time.
 */
export interface NewAccountInputOf<Time> {
  /** Account id, unique and case-sensitive. Example: `"acme"`. */
  readonly id: string
  /** Account name. Example: `"Acme Inc"`. */
  readonly name: string
  /** Aptrinsic Tag Key, at least one is required. Example: `["AP-XXXXXXXXXX-2"]`. */
  readonly propertyKeys: ReadonlyArray<string>
  /** Id of the subscription that is tracked. Example: `"sub-1042"`. */
  readonly trackedSubscriptionId?: string | undefined
  /** Salesforce account id. Example: `"0015e00000AbCdEAAV"`. */
  readonly sfdcId?: string | undefined
  /** Last activity, epoch milliseconds UTC. Example: `1767225600000`. */
  readonly lastSeenDate?: Time | undefined
  /** D-U-N-S number. Example: `"150483782"`. */
  readonly dunsNumber?: string | undefined
  /** Industry. Example: `"Software"`. */
  readonly industry?: string | undefined
  /** Number of employees. Example: `250`. */
  readonly numberOfEmployees?: number | undefined
  /** SIC industry code. Example: `"7372"`. */
  readonly sicCode?: string | undefined
  /** Website. Example: `"https://www.example.com"`. */
  readonly website?: string | undefined
  /** NAICS industry code. Example: `"511210"`. */
  readonly naicsCode?: string | undefined
  /** Plan the customer is on. Example: `"enterprise"`. */
  readonly plan?: string | undefined
  /** Location object. */
  readonly location?: LocationInput | undefined
  /** Map of apiName to value. Example: `{"tier":"gold","seats":40}`. */
  readonly customAttributes?: JsonObjectInput | undefined
  /** Id to group Accounts together. Example: `"acme-group"`. */
  readonly parentGroupId?: string | undefined
  /** Renewal date, epoch milliseconds UTC. Example: `1798761600000`. */
  readonly renewalDate?: Time | undefined
  /** Health score. Example: `85`. */
  readonly healthScore?: number | undefined
  /** Gainsight id. Example: `"1P02ABCDEFGHIJKLMNOP"`. */
  readonly gsId?: string | undefined
  /** Net promoter score. Example: `42`. */
  readonly nps?: number | undefined
  /** Customer success manager. Example: `"jane@example.com"`. */
  readonly csm?: string | undefined
}
