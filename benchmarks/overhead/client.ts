/**
 * Creates accounts one way or another and says what CPU a create took: `client.ts <name> <url> <count> <concurrency>`.
 * The first half warms the code up and is not counted.
 */
import process from "node:process"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import { validate } from "@effect-aptrinsic/core/AccountValidation"
import * as NodeRuntime from "@effect-aptrinsic/runtime/node"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { Agent, Pool } from "undici"

const [name, url = "", countText, concurrencyText] = process.argv.slice(2)
const count = Number(countText)
const concurrency = Number(concurrencyText)
const apiKey = "key-of-the-benchmark"

const inputOf = (index: number) => ({
  id: `account-${index}`,
  name: "Acme Inc",
  propertyKeys: ["AP-XXXXXXXXXX-2"],
  trackedSubscriptionId: "sub-1042",
  sfdcId: "0015e00000AbCdEAAV",
  dunsNumber: "804735132",
  industry: "Software",
  numberOfEmployees: 250,
  sicCode: "7372",
  website: "https://acme.example",
  naicsCode: "511210",
  plan: "pro",
  location: {
    countryName: "United States",
    countryCode: "USA",
    stateName: "California",
    city: "San Mateo",
    street: "101 Broadway",
    postalCode: "94010",
    coordinates: { latitude: 37.567147, longitude: -122.324211 },
  },
  nps: 9,
  customAttributes: { tier: "gold", seats: 40, trial: false },
})

type Input = ReturnType<typeof inputOf>
type Create = (input: Input) => Promise<unknown>

const headers = { "content-type": "application/json", "x-aptrinsic-api-key": apiKey }

const workers = (create: Create) => async (from: number, to: number) => {
  let next = from
  const work = async () => {
    while (next < to) await create(inputOf(next++))
  }
  await Promise.all(Array.from({ length: concurrency }, work))
}

const undici = () => {
  const pool = new Pool(url, { connections: concurrency })
  return workers(async (input) => {
    const { body, statusCode } = await pool.request({
      path: "/v1/accounts",
      method: "POST",
      headers,
      body: JSON.stringify(input),
    })
    await body.text()
    if (statusCode !== 201) throw new Error(`status ${statusCode}`)
  })
}

const undiciAgent = () => {
  const dispatcher = new Agent({ connections: concurrency })
  return workers(async (input) => {
    const { body, statusCode } = await dispatcher.request({
      origin: url,
      path: "/v1/accounts",
      method: "POST",
      headers,
      body: JSON.stringify(input),
    })
    await body.text()
    if (statusCode !== 201) throw new Error(`status ${statusCode}`)
  })
}

const builtIn = () =>
  workers(async (input) => {
    const response = await fetch(`${url}/v1/accounts`, { method: "POST", headers, body: JSON.stringify(input) })
    await response.text()
    if (response.status !== 201) throw new Error(`status ${response.status}`)
  })

const effect = <R>(layer: Layer.Layer<R, unknown>, create: (input: Input) => Effect.Effect<unknown, unknown, R>) => {
  const runtime = ManagedRuntime.make(layer)
  return (from: number, to: number) => {
    const inputs = Array.from({ length: to - from }, (_, index) => from + index)
    return runtime.runPromise(Effect.forEach(inputs, (index) => create(inputOf(index)), { concurrency, discard: true }))
  }
}

const transport = NodeRuntime.layerHttpClient({ connections: concurrency, rest: 0 })

const httpClient = () =>
  effect(transport, (input) =>
    HttpClientRequest.post(`${url}/v1/accounts`).pipe(
      HttpClientRequest.setHeaders(headers),
      HttpClientRequest.bodyText(JSON.stringify(input), "application/json"),
      HttpClient.execute,
      Effect.flatMap((response) => response.text),
    ),
  )

/** Answers at once, without a network: what is left is ours. */
const answering = Layer.succeed(
  HttpClient.HttpClient,
  HttpClient.make((request) => {
    const response = HttpClientResponse.fromWeb(request, new Response(null, { status: 201 }))
    return Effect.succeed(Object.defineProperty(response, "headers", { value: { "content-length": "0" } }))
  }),
)

const accounts = (transport: Layer.Layer<HttpClient.HttpClient>) =>
  effect(
    Accounts.layer({
      apiKey: Redacted.make(apiKey),
      baseUrl: url,
      requestsPerSecond: 1_000_000,
      requestsPerDay: 1_000_000_000,
    }).pipe(Layer.provide(transport)),
    (input) => Accounts.createAccount(input),
  )

const validation = () => effect(Layer.empty, validate)

const clients: Record<string, () => (from: number, to: number) => Promise<unknown>> = {
  undici,
  "undici-agent": undiciAgent,
  fetch: builtIn,
  "http-client": httpClient,
  validation,
  own: () => accounts(answering),
  accounts: () => accounts(transport),
}

const make = clients[name ?? ""]
if (make === undefined) throw new Error(`no client is called ${name}`)
const client = make()
await client(0, count)
const before = process.cpuUsage()
const startedAt = performance.now()
await client(count, count * 2)
const { system, user } = process.cpuUsage(before)
console.log(
  JSON.stringify({ cpu: (user + system) / count, perSecond: (count / (performance.now() - startedAt)) * 1000 }),
)
process.exit(0)
