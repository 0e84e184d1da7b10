/**
 * What every request of the vendor's API passes before its handler: the key, the limits, the latency, the faults.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Faults } from "../Faults.ts"
import { Latency } from "../Latency.ts"
import { Limits } from "../Limits.ts"
import { CurrentExchange } from "./exchange.ts"
import * as responses from "./responses.ts"
import * as routes from "./routes.ts"
import { pathOf } from "./unmatched.ts"

/** What a key may do: `read` is for GET, `write` for every other method. */
export type Permission = "read" | "write"

/** The keys there are, and what each may do. */
export type Permissions = ReadonlyMap<string, ReadonlySet<Permission>>

type Handler<E, R> = Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>

/** Lets a request through to its handler, or answers it. */
export class Gate extends Context.Service<
  Gate,
  {
    readonly pass: <E, R>(apiKey: string, handler: Handler<E, R>) => Handler<E, R | HttpServerRequest.HttpServerRequest>
  }
>()("@effect-aptrinsic/sandbox/internal/gate") {}

const decodeId = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Struct({ id: Schema.String })))
const decodeSegment = Option.liftThrowable(decodeURIComponent)

/** The account a request is about, as far as it can be told before it is handled. */
const accountIdOf = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest) {
  const named = routes.accountOf(request.method, pathOf(request))
  if (named === undefined) return undefined
  const id =
    named === "body"
      ? Option.map(Option.flatMap(yield* Effect.option(request.text), decodeId), (body) => body.id)
      : decodeSegment(named.id)
  return Option.getOrUndefined(id)
})

const permissionFor = (method: string): Permission => (["GET", "HEAD", "OPTIONS"].includes(method) ? "read" : "write")

const make = Effect.fnUntraced(function* (apiKeys: Permissions) {
  const limits = yield* Limits
  const faults = yield* Faults
  const latency = yield* Latency
  return Gate.of({
    pass: Effect.fnUntraced(function* <E, R>(apiKey: string, handler: Handler<E, R>) {
      const permissions = apiKeys.get(apiKey)
      if (permissions === undefined) return responses.unauthorized
      const admission = yield* limits.admit(apiKey)
      if (!admission.admitted) return responses.tooManyRequests(admission.retryAfter)
      const wait = yield* latency.settings
      if (Duration.isGreaterThan(wait, Duration.zero)) yield* Effect.sleep(wait)
      const request = yield* HttpServerRequest.HttpServerRequest
      const { method } = request
      const exchange = yield* CurrentExchange
      if (!permissions.has(permissionFor(method))) {
        exchange.outcome = "forbidden"
        return responses.forbidden
      }
      const strikes = yield* faults.strike({
        method,
        operation: routes.operationOf(method, pathOf(request)),
        accountId: accountIdOf(request),
      })
      if (strikes.length === 0) return yield* handler
      exchange.faults.push(...strikes.map(({ fault }) => fault))
      return yield* strikes.reduce<Handler<E, R | HttpServerRequest.HttpServerRequest>>(
        (inner, { around }) => around(inner),
        handler,
      )
    }),
  })
})

export const layer = (apiKeys: Permissions): Layer.Layer<Gate, never, Faults | Latency | Limits> =>
  Layer.effect(Gate, make(apiKeys))
