/**
 * The account as the PX contract defines it: what a create sends and what a read returns.
 *
 * Schemas and nothing else. Descriptions and examples live here once; the OpenAPI document, the sandbox, `--help` and
 * `accounts fields` are printed from them. Source: the contract's `POST /v1/accounts`, section "Body".
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as Struct from "effect/Struct"
import { code, Double, Float, Int32, Int64, RequiredText, text } from "./internal/fieldSchemas.ts"
import type { NewAccountInputOf } from "./internal/newAccountInput.ts"

/**
 * A point on the earth in decimal degrees (WGS 84).
 *
 * **Example** (Checking coordinates)
 *
 * ```ts
 * import { Account } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const areCoordinates = Schema.is(Account.Coordinates)
 *
 * console.log(areCoordinates({ latitude: 37.567147, longitude: -122.324211 })) // true
 * console.log(areCoordinates({ latitude: "37.567147" })) // false
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const Coordinates = Schema.Struct({
  latitude: Schema.optionalKey(Double.annotate({ description: "Degrees north", examples: [37.567147] })),
  longitude: Schema.optionalKey(Double.annotate({ description: "Degrees east", examples: [-122.324211] })),
}).annotate({ identifier: "Coordinates", description: "Coordinates object" })
/** @since 0.1.0 */
export interface Coordinates extends Schema.Schema.Type<typeof Coordinates> {}

/**
 * Where the customer is. All text: `postalCode` keeps its leading zeros.
 *
 * **Example** (Reading what a field holds)
 *
 * ```ts
 * import { Account } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Object.keys(Account.Location.fields).length) // 11
 * console.log(Schema.is(Account.Location)({ countryCode: "US", postalCode: "02134" })) // true
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const Location = Schema.Struct({
  countryName: Schema.optionalKey(text("Country name", "United States")),
  countryCode: Schema.optionalKey(code("Country code, see ISO 3166", "USA")),
  stateName: Schema.optionalKey(text("State or province name", "California")),
  stateCode: Schema.optionalKey(code("State or province code, see ISO 3166", "CA")),
  city: Schema.optionalKey(text("City", "San Mateo")),
  street: Schema.optionalKey(text("Street and number", "101 Broadway")),
  // The contract's own example writes it as the number 94010 though it is typed string.
  postalCode: Schema.optionalKey(
    text("Postal code, as text: leading zeros matter", "94010").annotate({ takesNumbers: true }),
  ),
  continent: Schema.optionalKey(code("Continent code, see ISO 3166", "NA")),
  regionName: Schema.optionalKey(code("Region, see ISO 3166-2", "US-CA")),
  timeZone: Schema.optionalKey(text("IANA time zone name", "America/Los_Angeles")),
  coordinates: Schema.optionalKey(Coordinates),
}).annotate({ identifier: "Location", description: "Location object" })
/** @since 0.1.0 */
export interface Location extends Schema.Schema.Type<typeof Location> {}

/**
 * The account a create sends: the contract's 21 fields, `id`, `name` and `propertyKeys` required.
 *
 * **Details**
 *
 * Whole numbers are checked against int32 or the safe integers, `nps` against a 32-bit float, text against broken
 * UTF-16. Values the contract does not forbid (an unknown country code, a date in 1970) pass. Dates are epoch
 * milliseconds, UTC.
 *
 * **Example** (Decoding an account of unknown origin)
 *
 * ```ts
 * import { Account } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const account = Schema.decodeUnknownSync(Account.NewAccount)({ id: "acme", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] })
 *
 * console.log(account.name) // Acme Inc
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const NewAccount = Schema.Struct({
  id: RequiredText.annotate({ description: "Account id, unique and case-sensitive", examples: ["acme"] }),
  name: RequiredText.annotate({ description: "Account name", examples: ["Acme Inc"] }),
  propertyKeys: Schema.Array(RequiredText)
    .check(
      Schema.makeFilter((keys: ReadonlyArray<string>) => keys.length > 0, {
        expected: "at least one product tag key",
        code: "empty",
        toJsonSchema: () => ({ minItems: 1 }),
        arbitraryConstraint: { minLength: 1 },
      }),
    )
    .annotate({
      description: "Aptrinsic Tag Key, at least one is required",
      examples: [["AP-XXXXXXXXXX-2"]],
    }),
  trackedSubscriptionId: Schema.optionalKey(text("Id of the subscription that is tracked", "sub-1042")),
  sfdcId: Schema.optionalKey(text("Salesforce account id", "0015e00000AbCdEAAV")),
  lastSeenDate: Schema.optionalKey(
    Int64.annotate({ description: "Last activity, epoch milliseconds UTC", examples: [1767225600000] }),
  ),
  dunsNumber: Schema.optionalKey(text("D-U-N-S number", "150483782")),
  industry: Schema.optionalKey(text("Industry", "Software")),
  numberOfEmployees: Schema.optionalKey(Int32.annotate({ description: "Number of employees", examples: [250] })),
  sicCode: Schema.optionalKey(text("SIC industry code", "7372")),
  website: Schema.optionalKey(code("Website", "https://www.example.com")),
  naicsCode: Schema.optionalKey(text("NAICS industry code", "511210")),
  plan: Schema.optionalKey(text("Plan the customer is on", "enterprise")),
  location: Schema.optionalKey(Location),
  customAttributes: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Json).annotate({
      description: "Map of apiName to value",
      examples: [{ tier: "gold", seats: 40 }],
    }),
  ),
  parentGroupId: Schema.optionalKey(text("Id to group Accounts together", "acme-group")),
  renewalDate: Schema.optionalKey(
    Int64.annotate({ description: "Renewal date, epoch milliseconds UTC", examples: [1798761600000] }),
  ),
  healthScore: Schema.optionalKey(Int32.annotate({ description: "Health score", examples: [85] })),
  gsId: Schema.optionalKey(text("Gainsight id", "1P02ABCDEFGHIJKLMNOP")),
  nps: Schema.optionalKey(Float.annotate({ description: "Net promoter score", examples: [42] })),
  csm: Schema.optionalKey(text("Customer success manager", "jane@example.com")),
}).annotate({ identifier: "NewAccount", description: "Account data" })
/** @since 0.1.0 */
export interface NewAccount extends Schema.Schema.Type<typeof NewAccount> {}

/**
 * Any part of an account, as a call takes it that does not need all of one.
 *
 * **Example** (A part of an account)
 *
 * ```ts
 * import { Account } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(Account.AccountPart)({ plan: "pro" })) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const AccountPart = /* @__PURE__ */ (() =>
  NewAccount.mapFields(Struct.map(Schema.optionalKey)).annotate({
    identifier: "AccountPart",
    description: "Any part of an account",
  }))()
/** @since 0.1.0 */
export interface AccountPart extends Schema.Schema.Type<typeof AccountPart> {}

export type { CoordinatesInput, LocationInput } from "./internal/newAccountInput.ts"

/**
 * A `NewAccount` as a program may write it: an optional field that is `undefined` counts as left out, and a date may be a `Date` or a
 * `DateTime` instead of epoch milliseconds.
 *
 * **Gotchas**
 *
 * TypeScript refuses a value whose type is an `interface` as `customAttributes`: write `customAttributes: { ...attributes }`.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface NewAccountInput extends NewAccountInputOf<number | Date | DateTime.DateTime> {
  // Stated once more: the compiler calls an interface without members of its own by the name of its parent, in every message.
  /** Account id, unique and case-sensitive. Example: `"acme"`. */
  readonly id: string
}

const read = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

const JsonMap = Schema.Record(Schema.String, Schema.Json)

/** What a read may return for a field: its kind of value, and nothing about what it holds. */
type Read<Value> = Value extends string
  ? typeof Schema.String
  : Value extends number
    ? typeof Schema.Finite
    : Value extends ReadonlyArray<unknown>
      ? Schema.$Array<typeof Schema.String>
      : typeof JsonMap

type ReadFields = {
  readonly [Name in keyof typeof NewAccount.fields]-?: Schema.optionalKey<
    Schema.NullOr<Read<NonNullable<NewAccount[Name]>>>
  >
}

const readOf = ({ _tag }: SchemaAST.AST): Schema.Top => {
  switch (_tag) {
    case "String":
      return Schema.String
    case "Number":
      return Schema.Finite
    case "Arrays":
      return Schema.Array(Schema.String)
    default:
      return JsonMap
  }
}

// The switch above makes each field the type that `ReadFields` says, which the type system cannot follow.
const readFields = Object.fromEntries(
  Object.entries(NewAccount.fields).map(([name, { ast }]) => [name, read(readOf(ast))]),
) as unknown as ReadFields

/**
 * The account a read returns: `id` is certain, everything else may be missing, `null`, `""` or `0`, which all mean "not
 * set" (observed in public clients of the API).
 *
 * **Example** (What a read may return)
 *
 * ```ts
 * import { Account } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const account: Account.Account = { id: "acme", plan: null, numberOfUsers: 12 }
 *
 * console.log(Schema.is(Account.Account)(account)) // true
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const Account = Schema.Struct({
  ...readFields,
  id: Schema.String.annotate({ description: "Account id" }),
  numberOfUsers: read(Schema.Finite.annotate({ description: "Users of the account, read-only" })),
  createDate: read(Schema.Finite.annotate({ description: "Created, epoch milliseconds UTC, read-only" })),
  lastModifiedDate: read(Schema.Finite.annotate({ description: "Last changed, epoch milliseconds UTC, read-only" })),
}).annotate({ identifier: "Account", description: "An account as PX returns it" })
/** @since 0.1.0 */
export interface Account extends Schema.Schema.Type<typeof Account> {}

/**
 * A page of a list of accounts. `scrollId` asks for the next one and may be there after the last, which is the one with fewer accounts than were
 * asked for; `totalHits` counts the accounts of all pages.
 *
 * **Example** (A page)
 *
 * ```ts
 * import { Account } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(Account.AccountsPage)({ accounts: [{ id: "acme" }], scrollId: "c2Nyb2xs", totalHits: 1 })) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const AccountsPage = /* @__PURE__ */ (() =>
  Schema.Struct({
    accounts: Schema.Array(Account),
    scrollId: read(Schema.String.annotate({ description: "Asks for the next page" })),
    totalHits: read(Schema.Finite.annotate({ description: "Accounts on all pages" })),
  }).annotate({ identifier: "AccountsPage", description: "A page of accounts" }))()
/** @since 0.1.0 */
export interface AccountsPage extends Schema.Schema.Type<typeof AccountsPage> {}
