/**
 * The `HttpClient` of a simulated process: it carries requests to the model server and notes what leaves and what comes
 * back. Nothing here takes real time, so a body is there with its status.
 */
import type { Dice } from "@effect-aptrinsic/core/test/dice"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Cookies from "effect/http/Cookies"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Pipeable from "effect/Pipeable"
import * as Stream from "effect/Stream"
import type { Details, Method, Received } from "./history.ts"
import { brokenBody, type ModelServer, type Sent } from "./ModelServer.ts"

/** The call on whose behalf a request is sent. */
export const CurrentCall = Context.Reference<number>("@effect-aptrinsic/proofs/simulation/CurrentCall", {
  defaultValue: () => -1,
})

class ModelResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly cookies = Cookies.empty
  readonly remoteAddress = Option.none<string>()
  readonly url = ""
  readonly request: HttpClientRequest
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: Effect.Effect<string, HttpClientError.HttpClientError>
  readonly json: Effect.Effect<never>
  readonly formData: Effect.Effect<never>
  readonly urlParamsBody: Effect.Effect<never>
  readonly arrayBuffer: Effect.Effect<never>
  readonly upgrade: Effect.Effect<never>
  readonly stream: Stream.Stream<never>

  constructor(
    request: HttpClientRequest,
    { status, retryAfter, exhaustedFor, date, body }: Extract<Received, { _tag: "Status" }>,
  ) {
    super()
    this.request = request
    this.status = status
    this.headers = Headers.fromInput({
      "content-length": String(body.length),
      ...(date === undefined ? {} : { date: new Date(date).toUTCString() }),
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter / 1000) }),
      ...(exhaustedFor === undefined
        ? {}
        : { "ratelimit-remaining": "0", "ratelimit-reset": String(exhaustedFor / 1000) }),
    })
    this.text = body === brokenBody ? Effect.suspend(() => Effect.fail(this.broken())) : Effect.succeed(body)
    const unused = Effect.die("the model serves text alone")
    this.json = unused
    this.formData = unused
    this.urlParamsBody = unused
    this.arrayBuffer = unused
    this.upgrade = unused
    this.stream = Stream.die("the model serves text alone")
  }
  private broken() {
    const cause = new Error("terminated")
    const reason = new HttpClientError.DecodeError({ request: this.request, response: this, cause })
    return new HttpClientError.HttpClientError({ reason })
  }
  toJSON() {
    return { status: this.status }
  }
  pipe() {
    return Pipeable.pipeArguments(this, arguments)
  }
}

const accountOf = (request: HttpClientRequest): Sent | undefined =>
  request.body._tag === "Uint8Array" ? JSON.parse(new TextDecoder().decode(request.body.body)) : undefined

const respond = (
  request: HttpClientRequest,
  received: Exclude<Received, { _tag: "Abandoned" }>,
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> => {
  if (received._tag === "Status") return Effect.succeed(new ModelResponse(request, received))
  const cause = Object.assign(new Error(received.code), { code: received.code })
  return Effect.fail(
    new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) }),
  )
}

export const makeModelClient = (
  server: ModelServer,
  dice: Dice,
  log: (event: Details) => void,
  nextRequest: () => number,
): HttpClient.HttpClient =>
  HttpClient.make((request, url, _signal, fiber) =>
    Effect.callback((resume) => {
      const call = Context.get(fiber.context, CurrentCall)
      const id = nextRequest()
      const method = request.method as Method
      const account = accountOf(request)
      log({ _tag: "Sent", call, request: id, method, account })
      const path = decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf("/") + 1))
      const list = url.searchParams.has("pageSize") ? url.searchParams : undefined
      const incoming = { call, request: id, method, id: path, account, list }
      const flight = server.take(incoming, (received) => {
        if (gone || received._tag === "Abandoned") return
        log({ _tag: "Received", call, request: id, received })
        resume(respond(request, received))
      })
      let gone = false
      return Effect.sync(() => {
        gone = true
        // What has not arrived by now may still do so, or not.
        flight.cut = dice.chance(0.5)
        log({ _tag: "Received", call, request: id, received: { _tag: "Abandoned" } })
      })
    }),
  )
