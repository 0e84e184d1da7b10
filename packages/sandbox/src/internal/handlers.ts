/**
 * The vendor's accounts API over a store, as its Spring service would answer: the envelopes of the contract, Jackson's reading of a
 * body, `""` and 0 for what is not set.
 *
 * **Details**
 *
 * A create is judged by the schema of the contract, with what Spring does by default where the contract is silent: unknown fields are
 * ignored, `null` means not set, a number or boolean given for text is taken as text (the contract's example sends `postalCode` so).
 * Nothing else is converted: `"42"` is not a whole number. All problems of a body are reported at once.
 *
 * An update is what the vendor documents: it merges, answers 204, and 404 for an id nobody has. What it does to a group or to custom attributes of
 * which it names a part is documented nowhere; here the other parts stay.
 */
import { AccountPart, NewAccount } from "@effect-aptrinsic/core/Account"
import { AccountsApi, Authorization, UpdateBody } from "@effect-aptrinsic/core/AccountsApi"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import type * as HttpServerError from "effect/http/HttpServerError"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { Store, type StoreError } from "../Store.ts"
import { type Settings, Subscription } from "../Subscription.ts"
import * as administration from "./admin.ts"
import * as customAttributes from "./customAttributes.ts"
import type { Screen } from "./customAttributes.ts"
import { CurrentExchange } from "./exchange.ts"
import { Gate } from "./gate.ts"
import { list } from "./list.ts"
import * as payload from "./payload.ts"
import * as responses from "./responses.ts"
import * as scrolls from "./scrolls.ts"
import * as unmatched from "./unmatched.ts"

const isJson = (mediaType: string) => /^application\/([^/\s]+\+)?json$/u.test(mediaType)

const mediaTypeOf = (request: HttpServerRequest.HttpServerRequest) =>
  request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase()

const answerFailure = (error: HttpServerError.HttpServerError | StoreError) => {
  if (error._tag === "StoreError") return responses.frameworkError(500, error.message)
  const tooLarge = error.reason._tag === "RequestParseError" && error.reason.reason === "BodyTooLarge"
  return tooLarge
    ? responses.frameworkError(413, "The request body is larger than 1 MiB")
    : responses.frameworkError(400, "The request body could not be read")
}

type Request = HttpServerRequest.HttpServerRequest

/** What the writes work with. */
interface World {
  readonly store: Store["Service"]
  readonly screen: Screen
}

/** The body of a request, or the answer that refuses it. */
const bodyOf = Effect.fnUntraced(function* <A extends AccountPart>(
  request: Request,
  read: ReturnType<typeof payload.makeReader<A>>,
  screen: Screen,
) {
  const mediaType = mediaTypeOf(request)
  if (mediaType !== undefined && !isJson(mediaType)) return Result.fail(responses.unsupportedMediaType(mediaType))
  const body = yield* request.arrayBuffer
  // Without a Content-Type Spring assumes application/octet-stream, unless there is nothing to be typed.
  if (mediaType === undefined && body.byteLength > 0) {
    return Result.fail(responses.unsupportedMediaType("application/octet-stream"))
  }
  const exchange = yield* CurrentExchange
  exchange.sent = new Uint8Array(body)
  const given = read(body)
  const taken = Result.isFailure(given) ? given : yield* screen(given.success)
  if (Result.isFailure(taken)) exchange.outcome = "invalid"
  return Result.mapError(taken, responses.invalid)
})

const readNewAccount = payload.makeReader(NewAccount)

const create = Effect.fnUntraced(function* ({ screen, store }: World, request: Request) {
  const taken = yield* bodyOf(request, readNewAccount, screen)
  if (Result.isFailure(taken)) return taken.failure
  const account = taken.success
  const { id } = account
  const exchange = yield* CurrentExchange
  exchange.accountId = id
  const inserted = yield* store.insert({ account, createDate: yield* Clock.currentTimeMillis })
  exchange.outcome = inserted ? "created" : "duplicate"
  return inserted ? responses.created : responses.duplicate(id)
}, Effect.catch(answerFailure))

const readPart = payload.makeReader(AccountPart)
const readNamed = payload.makeReader(UpdateBody)

/** Keeps what is not given, inside groups and custom attributes too. */
const merge = (kept: object, given: object): object =>
  Object.fromEntries([
    ...Object.entries(kept),
    ...Object.entries(given).map(([name, value]) => {
      const before: unknown = Object.hasOwn(kept, name) ? kept[name as never] : undefined
      return [name, Predicate.isObject(before) && Predicate.isObject(value) ? merge(before, value) : value]
    }),
  ])

const update = Effect.fnUntraced(function* ({ screen, store }: World, request: Request, named: string | undefined) {
  // The router takes the nothing after the last slash for an id.
  if (named === "") return yield* unmatched.answer
  const taken: Result.Result<AccountPart, HttpServerResponse.HttpServerResponse> = yield* named === undefined
    ? bodyOf(request, readNamed, screen)
    : bodyOf(request, readPart, screen)
  if (Result.isFailure(taken)) return taken.failure
  const id = named ?? taken.success.id ?? ""
  const exchange = yield* CurrentExchange
  exchange.accountId = id
  const lastModifiedDate = yield* Clock.currentTimeMillis
  const before = yield* store.change(id, (stored) =>
    stored === undefined
      ? undefined
      : { ...stored, account: merge(stored.account, { ...taken.success, id }) as NewAccount, lastModifiedDate },
  )
  exchange.outcome = before === undefined ? "not-found" : "updated"
  return before === undefined ? responses.notFound(id) : HttpServerResponse.empty({ status: 204 })
}, Effect.catch(answerFailure))

const get = Effect.fnUntraced(function* (store: Store["Service"], id: string) {
  // The router takes the nothing after the last slash for an id.
  if (id === "") return yield* unmatched.answer
  const exchange = yield* CurrentExchange
  exchange.accountId = id
  const stored = yield* store.get(id)
  exchange.outcome = stored === undefined ? "not-found" : "found"
  return stored === undefined ? responses.notFound(id) : responses.found(payload.toRead(stored))
}, Effect.catch(answerFailure))

const accounts = HttpApiBuilder.group(
  AccountsApi,
  "accounts",
  Effect.fnUntraced(function* (handlers) {
    const store = yield* Store
    const world: World = { store, screen: yield* customAttributes.make }
    const opened = yield* scrolls.make
    return handlers
      .handleRaw("create", ({ request }) => create(world, request))
      .handleRaw("update", ({ params, request }) => update(world, request, params.id))
      .handleRaw("updateNamed", ({ request }) => update(world, request, undefined))
      .handle("list", ({ query }) => Effect.catch(list(opened, query), answerFailure))
      .handle("get", ({ params }) => get(store, params.id))
  }),
)

const admin = HttpApiBuilder.group(
  AccountsApi,
  "admin",
  Effect.fnUntraced(function* (handlers) {
    const { settings } = yield* Subscription
    const show = Effect.fnUntraced(function* (of: (subscription: Settings) => unknown) {
      const exchange = yield* CurrentExchange
      exchange.outcome = "found"
      return responses.found(of(yield* settings))
    })
    return handlers
      .handle("attributes", () => show(administration.attributes))
      .handle("subscription", () => show(administration.subscription))
  }),
)

const authorization = Layer.effect(
  Authorization,
  Effect.map(Gate, (gate) =>
    Authorization.of({ apiKey: (handler, { credential }) => gate.pass(Redacted.value(credential), handler) }),
  ),
)

/** The routes of `AccountsApi`. */
export const layer = HttpApiBuilder.layer(AccountsApi).pipe(
  Layer.provide([accounts, admin]),
  Layer.provide(authorization),
)
