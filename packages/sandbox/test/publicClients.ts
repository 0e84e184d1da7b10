/**
 * What public clients of the vendor's API ask for, in their order, read off their sources; not a line is theirs. `{scrollId}` is that of the answer
 * before. `has` names what a client reads of the answer: `accounts.0.id` is the id of the first account.
 */
export interface Step {
  readonly method: "GET" | "POST" | "PUT"
  readonly path: string
  readonly body?: unknown
  readonly status: number
  readonly has?: ReadonlyArray<string>
}

export interface PublicClient {
  readonly name: string
  readonly source: string
  readonly apiKey?: string
  readonly steps: ReadonlyArray<Step>
}

const list = (query: string, ...has: ReadonlyArray<string>): Step => ({
  method: "GET",
  path: `/v1/accounts${query}`,
  status: 200,
  has: ["accounts", "totalHits", "scrollId", ...has],
})

const attributes: Step = {
  method: "GET",
  path: "/v1/admin/model/account/attributes",
  status: 200,
  has: ["0.id", "0.name", "0.apiName", "0.internalName", "0.type", "0.state", "0.origin"],
}

// As the loader makes it of a row: text for booleans, times in milliseconds, the product key added.
const loaded = {
  id: "globex",
  name: "Globex",
  plan: "pro",
  lastSeenDate: 1_767_225_600_000,
  numberOfEmployees: 40,
  location: { city: "Kiel", countryCode: "DE" },
  customAttributes: { isPartner: "true", tier: "gold" },
  propertyKeys: ["AP-XXXXXXXXXX-2"],
}

const group = { name: "Globex", plan: "pro", customAttributes: { tier: "gold" }, propertyKeys: ["AP-XXXXXXXXXX-2"] }

const { id: _, ...changes } = loaded

export const publicClients: ReadonlyArray<PublicClient> = [
  {
    name: "the vendor's loader, inserting what is missing",
    source: "github.com/aptrinsic/px-data-loader",
    steps: [
      attributes,
      { method: "PUT", path: "/v1/accounts/globex", body: loaded, status: 404, has: ["externalapierror.status"] },
      { method: "POST", path: "/v1/accounts", body: loaded, status: 201 },
      { method: "PUT", path: "/v1/accounts/globex", body: loaded, status: 204 },
      {
        method: "PUT",
        path: "/v1/accounts/globex",
        body: { ...loaded, lastSeenDate: "yesterday" },
        status: 400,
        has: ["externalapierror.subErrors.0.message"],
      },
      // It puts ids into paths as they are: this one reaches the account A.
      { method: "PUT", path: "/v1/accounts/A#1", body: { ...loaded, id: "A#1" }, status: 404 },
    ],
  },
  {
    name: "the vendor's loader, with a wrong key",
    source: "github.com/aptrinsic/px-data-loader",
    apiKey: "wrong",
    steps: [{ ...attributes, status: 401, has: ["externalapierror.debugMessage"] }],
  },
  {
    name: "a Singer tap, until it has as many as there are",
    source: "github.com/Widen/tap-gainsightpx",
    steps: [
      list("?pageSize=2&sort=lastModifiedDate", "accounts.1.lastModifiedDate"),
      list("?pageSize=2&sort=lastModifiedDate&scrollId={scrollId}", "accounts.0.numberOfUsers"),
    ],
  },
  {
    name: "RudderStack, a group",
    source: "github.com/rudderlabs/rudder-transformer",
    steps: [
      { method: "GET", path: "/v1/accounts/globex", status: 404, has: ["externalapierror"] },
      { method: "POST", path: "/v1/accounts", body: { ...group, id: "globex" }, status: 201 },
      { method: "GET", path: "/v1/accounts/globex", status: 200 },
      { method: "PUT", path: "/v1/accounts/globex", body: group, status: 204 },
    ],
  },
  {
    name: "RudderStack, a group with fewer calls",
    source: "github.com/rudderlabs/rudder-transformer",
    steps: [
      { method: "PUT", path: "/v1/accounts/globex", body: group, status: 404, has: ["externalapierror.status"] },
      { method: "POST", path: "/v1/accounts", body: { ...group, id: "globex" }, status: 201 },
      // The sandbox has no users.
      { method: "PUT", path: "/v1/users/jane", body: { accountId: "globex" }, status: 404 },
    ],
  },
  {
    name: "an Airflow hook, until a page is empty",
    source: "several on github.com",
    steps: [
      list("?pageSize=2&pageNumber=1&filter=plan!=none%3BcreateDate%3E0&sort=-createDate", "accounts.1.id"),
      list("?pageSize=2&pageNumber=1&filter=plan!=none%3BcreateDate%3E0&sort=-createDate&scrollId={scrollId}"),
      list("?pageSize=2&pageNumber=1&filter=plan!=none%3BcreateDate%3E0&sort=-createDate&scrollId={scrollId}"),
      attributes,
      { method: "GET", path: "/v1/admin/subscription", status: 200, has: ["products.0.productKeys.0.productKey"] },
      { method: "PUT", path: "/v1/accounts/account-0000001", body: changes, status: 204 },
    ],
  },
  {
    name: "Airbyte, its check and its one page",
    source: "github.com/airbytehq/airbyte, source-gainsight-px",
    steps: [attributes, list("", "accounts.2.createDate")],
  },
  {
    name: "PostHog, its check and its pages of a thousand",
    source: "github.com/PostHog/posthog",
    steps: [list("?pageSize=1"), list("?pageSize=1000"), list("?pageSize=1000&scrollId={scrollId}")],
  },
  {
    name: "a dashboard that sends the scroll id alone",
    source: "several on github.com",
    steps: [list("?pageSize=2"), list("?scrollId={scrollId}", "accounts.0.id"), list("?scrollId={scrollId}")],
  },
  {
    name: "the vendor's console, with every name and no value",
    source: "what the vendor's page of the API sends",
    steps: [list("?filter=&pageSize=&scrollId=&sort=", "accounts.2.id")],
  },
]
