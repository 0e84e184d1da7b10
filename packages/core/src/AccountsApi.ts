/**
 * The part of the PX REST API this project speaks, as one `HttpApi`: the sandbox implements it, the OpenAPI document is
 * printed from it, the client shares its schemas. It holds what the contract promises; what servers do beyond it is the
 * business of `Outcome`.
 *
 * @since 0.1.0
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Account, AccountPart, AccountsPage, NewAccount } from "./Account.ts"
import { Int32 } from "./internal/fieldSchemas.ts"
import { AccountAttribute, Subscription } from "./Subscription.ts"

export { apiKeyHeader } from "./internal/apiKeyHeader.ts"

/**
 * One complaint about one field, as the vendor's framework reports it.
 *
 * **Example** (A complaint about a field)
 *
 * ```ts
 * import { AccountsApi } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const complaint = { object: "account", field: "plan", rejectedValue: 7, message: "must be text" }
 *
 * console.log(Schema.is(AccountsApi.SubError)(complaint)) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const SubError = Schema.Struct({
  object: Schema.String,
  field: Schema.String,
  rejectedValue: Schema.Json,
  message: Schema.String,
})

const errorBody = (status: string, httpApiStatus: number, description: string) =>
  Schema.Struct({
    externalapierror: Schema.Struct({
      status: Schema.Literal(status),
      message: Schema.String,
      debugMessage: Schema.NullOr(Schema.String),
      subErrors: Schema.NullOr(Schema.Array(SubError)),
    }),
  }).annotate({ httpApiStatus, description })

/**
 * The body of a 400: a value is refused (`subErrors`), or the id exists.
 *
 * **Example** (The body of a refusal)
 *
 * ```ts
 * import { AccountsApi } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const body = { externalapierror: { status: "BAD_REQUEST", message: "Validation error", debugMessage: null, subErrors: null } }
 *
 * console.log(Schema.is(AccountsApi.BadRequest)(body)) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const BadRequest = errorBody("BAD_REQUEST", 400, "Bad request, possible duplicate")
/**
 * The body of a 401: no key, or one the server does not know.
 *
 * **Example** (The body for a bad key)
 *
 * ```ts
 * import { AccountsApi } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const body = { externalapierror: { status: "UNAUTHORIZED", message: "Unauthorized", debugMessage: null, subErrors: null } }
 *
 * console.log(Schema.is(AccountsApi.Unauthorized)(body)) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Unauthorized = errorBody("UNAUTHORIZED", 401, "Unauthorized or bad API Key")
/**
 * The body of a 404 on a read.
 *
 * **Example** (The body for an id nobody has)
 *
 * ```ts
 * import { AccountsApi } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const body = { externalapierror: { status: "NOT_FOUND", message: "Not found", debugMessage: null, subErrors: null } }
 *
 * console.log(Schema.is(AccountsApi.NotFound)(body)) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const NotFound = errorBody("NOT_FOUND", 404, "No account has this id")
/**
 * The answer of a 429. `retry-after` is not in the contract; it is read when a server sends it.
 *
 * **Example** (The header that names a time)
 *
 * ```ts
 * import { AccountsApi } from "@effect-aptrinsic/core"
 *
 * console.log(Object.keys(AccountsApi.TooManyRequests.headers.fields).join()) // retry-after
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const TooManyRequests = HttpApiSchema.WithHeaders(errorBody("TOO_MANY_REQUESTS", 429, "Rate limit exceeded"), {
  "retry-after": Schema.optionalKey(Schema.String),
})

// prettier-ignore
const statusCodes = [
  100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404, 405,
  406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 419, 420, 421, 422, 423, 424, 426, 428, 429, 431, 451, 500, 501, 502, 503,
  504, 505, 506, 507, 508, 509, 510, 511,
] as const

/**
 * The body of a 201: a framework's response object. Its fields carry no promise (the contract's own example says status
 * "100" with a 201), so a client goes by the HTTP status alone.
 *
 * **Example** (The contract's own example)
 *
 * ```ts
 * import { AccountsApi } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(AccountsApi.CreatedBody)({ body: {}, statusCode: "100", statusCodeValue: 42 })) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const CreatedBody = Schema.Struct({
  body: Schema.optionalKey(Schema.Record(Schema.String, Schema.Json)),
  statusCode: Schema.optionalKey(Schema.Literals(statusCodes.map(String))),
  statusCodeValue: Schema.optionalKey(Int32),
}).annotate({ identifier: "CreatedBody", httpApiStatus: 201, description: "Created Account" })

/**
 * Asks every call for the API key in `X-APTRINSIC-API-KEY`.
 *
 * **Example** (Asking for the key)
 *
 * ```ts
 * import { AccountsApi } from "@effect-aptrinsic/core"
 *
 * console.log(AccountsApi.Authorization.security["apiKey"]?._tag) // ApiKey
 * ```
 *
 * @stability unstable
 * @category middleware
 * @since 0.1.0
 */
export class Authorization extends HttpApiMiddleware.Service<Authorization>()(
  "@effect-aptrinsic/core/AccountsApi/Authorization",
  {
    error: Unauthorized,
    security: { apiKey: HttpApiSecurity.apiKey({ key: "X-APTRINSIC-API-KEY", in: "header" }) },
  },
) {}

// The contract types the 201 as `*/*`; a server still has to name one media type when it answers.
const anyMediaType = (operation: Record<string, unknown>) => {
  const responses = operation["responses"] as Record<string, { readonly content: Record<string, unknown> }>
  const { content, ...created } = responses["201"]!
  return {
    ...operation,
    responses: { ...responses, "201": { ...created, content: { "*/*": content["application/json"] } } },
  }
}

/**
 * The body of an update: what it changes; the id where the path does not name it.
 *
 * **Example** (Changing the plan)
 *
 * ```ts
 * import { AccountsApi } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(AccountsApi.UpdateBody)({ id: "acme", plan: "pro" })) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const UpdateBody = AccountPart.mapFields((fields) => ({ ...fields, id: NewAccount.fields.id }))

const vendor = "Documented by the vendor; the contract that this project was written from has creates and reads alone."

// Clients send names without a value (`?filter=&pageSize=`), so that each is text here; what it has to be is the business of the server.
const listQuery = {
  filter: Schema.optionalKey(
    Schema.Array(Schema.String).annotate({
      description:
        "Conditions such as plan==pro;name~acme*, all of which hold; of several filters one is enough; case does not count",
    }),
  ),
  pageSize: Schema.optionalKey(Schema.String.annotate({ description: "1 to 1000; 25 when it is left out" })),
  scrollId: Schema.optionalKey(Schema.String.annotate({ description: "That of the page before" })),
  sort: Schema.optionalKey(
    Schema.String.annotate({ description: "Fields such as plan;-createDate, with - the other way round" }),
  ),
}

/**
 * The calls on accounts.
 *
 * **Example** (The calls by name)
 *
 * ```ts
 * import { AccountsApi } from "@effect-aptrinsic/core"
 *
 * console.log(Object.keys(AccountsApi.AccountsGroup.endpoints).join(", ")) // create, update, updateNamed, list, get
 * ```
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export class AccountsGroup extends HttpApiGroup.make("accounts")
  .add(
    HttpApiEndpoint.post("create", "/accounts", {
      payload: NewAccount,
      success: CreatedBody,
      error: [BadRequest, TooManyRequests],
    }).annotateMerge(
      OpenApi.annotations({ summary: "Creates a new account with the given data", transform: anyMediaType }),
    ),
    HttpApiEndpoint.put("update", "/accounts/:id", {
      params: { id: Schema.String },
      payload: AccountPart,
      success: HttpApiSchema.NoContent,
      error: [BadRequest, NotFound, TooManyRequests],
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Changes fields of the account with this id, and no others",
        description: vendor,
      }),
    ),
    HttpApiEndpoint.put("updateNamed", "/accounts/update", {
      payload: UpdateBody,
      success: HttpApiSchema.NoContent,
      error: [BadRequest, NotFound, TooManyRequests],
    }).annotateMerge(
      OpenApi.annotations({ summary: "Does the same for an id that a path cannot carry", description: vendor }),
    ),
    HttpApiEndpoint.get("list", "/accounts", {
      query: listQuery,
      success: AccountsPage,
      error: [BadRequest, TooManyRequests],
    }).annotateMerge(OpenApi.annotations({ summary: "Returns accounts by the page", description: vendor })),
    HttpApiEndpoint.get("get", "/accounts/:id", {
      params: { id: Schema.String },
      success: Account,
      error: [BadRequest, NotFound, TooManyRequests],
    }).annotateMerge(OpenApi.annotations({ summary: "Returns the account with this id" })),
  )
  .middleware(Authorization) {}

/**
 * What tells about the subscription of the key.
 *
 * **Example** (The calls by name)
 *
 * ```ts
 * import { AccountsApi } from "@effect-aptrinsic/core"
 *
 * console.log(Object.keys(AccountsApi.AdminGroup.endpoints).join(", ")) // attributes, subscription
 * ```
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export class AdminGroup extends HttpApiGroup.make("admin")
  .add(
    HttpApiEndpoint.get("attributes", "/admin/model/account/attributes", {
      success: Schema.Array(AccountAttribute),
      error: [BadRequest, NotFound, TooManyRequests],
    }).annotateMerge(
      OpenApi.annotations({ summary: "Returns the attributes of accounts, custom ones included", description: vendor }),
    ),
    HttpApiEndpoint.get("subscription", "/admin/subscription", {
      success: Subscription,
      error: [BadRequest, NotFound, TooManyRequests],
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Returns the products of the subscription and their tag keys",
        description: vendor,
      }),
    ),
  )
  .middleware(Authorization) {}

/**
 * `POST` and `GET /v1/accounts`, `GET` and `PUT /v1/accounts/{id}`, `PUT /v1/accounts/update`, and what tells about the subscription.
 *
 * **Example** (Printing the OpenAPI document)
 *
 * ```ts
 * import { AccountsApi } from "@effect-aptrinsic/core"
 * import * as OpenApi from "effect/http-api/OpenApi"
 *
 * const document = OpenApi.fromApi(AccountsApi.AccountsApi)
 *
 * console.log(Object.keys(document.paths).join(", ")) // /v1/accounts, /v1/accounts/{id}, /v1/accounts/update, /v1/admin/model/account/attributes, /v1/admin/subscription
 * ```
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export class AccountsApi extends HttpApi.make("accounts-api")
  .add(AccountsGroup, AdminGroup)
  .prefix("/v1")
  .annotateMerge(
    OpenApi.annotations({
      title: "Gainsight PX accounts",
      version: "1",
      description:
        "Creating, updating, listing and reading accounts. Written from the public contract; not an official document of Gainsight.",
      servers: [
        { url: "https://api.aptrinsic.com", description: "us" },
        { url: "https://api-eu.aptrinsic.com", description: "eu" },
        { url: "https://api-us2.aptrinsic.com", description: "us2" },
      ],
    }),
  ) {}
