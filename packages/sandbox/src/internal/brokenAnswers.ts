/**
 * The faults whose answer is the trouble: the wrong status, the wrong body, a body that breaks off.
 */
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as responses from "./responses.ts"
import { integer, type Response, scenario } from "./scenario.ts"

const page = "<!doctype html><title>Sign in</title><p>Please accept the terms of this network."

/** Handles the request first when it is to be committed. */
const commitIf = (committed: boolean | undefined) => {
  const commit = <E, R>(handler: Effect.Effect<Response, E, R>): Effect.Effect<unknown, E, R> => handler
  return committed === true ? commit : () => Effect.void
}

export const refusal = scenario({
  name: "refusal",
  description: "Answers a 4xx (default 422), in HTML with `html`; with `committed` the request is handled nevertheless",
  parameters: {
    status: Schema.optional(integer(400, 499)),
    html: Schema.optional(Schema.Boolean),
    committed: Schema.optional(Schema.Boolean),
  },
  around:
    ({ committed, html = false, status = 422 }) =>
    (handler) =>
      Effect.andThen(
        commitIf(committed)(handler),
        html
          ? Effect.succeed(HttpServerResponse.text(page, { status, contentType: "text/html" }))
          : responses.frameworkError(status, "The sandbox was told to refuse"),
      ),
})

export const redirect = scenario({
  name: "redirect",
  description:
    "Answers a redirect (default 302) to `location` (default /elsewhere); with `committed` the request is handled nevertheless",
  parameters: {
    status: Schema.optional(Schema.Literals([301, 302, 303, 307, 308])),
    location: Schema.optional(Schema.String.check(Schema.isPattern(/^[\x21-\x7e]+$/u))),
    committed: Schema.optional(Schema.Boolean),
  },
  around:
    ({ committed, location = "/elsewhere", status = 302 }) =>
    (handler) =>
      Effect.as(commitIf(committed)(handler), HttpServerResponse.redirect(location, { status })),
})

export const captivePortal = scenario({
  name: "captive-portal",
  description: "Answers 200 with the sign-in page of a network instead of handling the request",
  parameters: {},
  around: () => () => Effect.succeed(HttpServerResponse.text(page, { contentType: "text/html" })),
})

const oddBodies = {
  empty: "",
  malformed: '{"body":',
  array: "[]",
  null: "null",
  "other-id": '{"id":"another","name":"Another Inc"}',
  html: page,
} as const

export const oddAnswer = scenario({
  name: "odd-answer",
  description: "Handles the request, then answers with another `body` (default empty), or with another 2xx `status`",
  parameters: {
    body: Schema.optional(Schema.Literals(["empty", "malformed", "array", "null", "other-id", "html"])),
    status: Schema.optional(integer(200, 299)),
  },
  around:
    ({ body = "empty", status }) =>
    (handler) =>
      Effect.map(handler, (response) =>
        HttpServerResponse.text(oddBodies[body], {
          status: status ?? response.status,
          contentType: body === "html" ? "text/html" : "application/json",
        }),
      ),
})

/** Replaces the body by a stream that starts with half of it. */
const continued = (response: Response, rest: Stream.Stream<Uint8Array, string>, isWhole: boolean): Response => {
  const { body, status } = response
  const whole = body._tag === "Uint8Array" ? body.body : new Uint8Array(2)
  const half = whole.slice(0, Math.ceil(whole.length / 2))
  return HttpServerResponse.stream(Stream.concat(Stream.succeed(half), rest), {
    status,
    contentType: "application/json",
    ...(isWhole ? { contentLength: whole.length } : {}),
  })
}

// The bytes that were written have to leave before the connection breaks, or none of them arrives.
const breakOff = Stream.fromEffect(Effect.delay(Effect.fail("The sandbox was told to stop here"), "50 millis"))

export const truncatedAnswer = scenario({
  name: "truncated-answer",
  description: "Handles the request, then breaks the connection in the middle of the answer; in chunks with `chunked`",
  parameters: { chunked: Schema.optional(Schema.Boolean) },
  around:
    ({ chunked = false }) =>
    (handler) =>
      Effect.map(handler, (response) => continued(response, breakOff, !chunked)),
})

export const stalledAnswer = scenario({
  name: "stalled-answer",
  description: "Handles the request, sends half of the answer, then nothing more",
  parameters: {},
  around: () => (handler) => Effect.map(handler, (response) => continued(response, Stream.never, true)),
})

const decodePage = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.StructWithRest(Schema.Struct({ accounts: Schema.Array(Schema.Json) }), [
      Schema.Record(Schema.String, Schema.Json),
    ]),
  ),
)

export const shortPage = scenario({
  name: "short-page",
  description:
    "Handles the request, then answers with half of the accounts of its page: a list that looks as if it ended, and counts more",
  parameters: {},
  around: () => (handler) =>
    Effect.map(handler, (response) => {
      const { body, status } = response
      const text = body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : undefined
      return Option.match(decodePage(text), {
        onNone: () => response,
        onSome: (page) =>
          HttpServerResponse.jsonUnsafe(
            { ...page, accounts: page.accounts.slice(0, Math.floor(page.accounts.length / 2)) },
            { status },
          ),
      })
    }),
})

export const endlessAnswer = scenario({
  name: "endless-answer",
  description: "Handles the request, then answers with a body that has no end",
  parameters: {},
  around: () => (handler) =>
    Effect.map(handler, (response) =>
      continued(response, Stream.forever(Stream.succeed(new Uint8Array(16_384))), false),
    ),
})

export const corruptGzip = scenario({
  name: "corrupt-gzip",
  description: "Handles the request, then answers with a body that claims to be gzip and is not",
  parameters: {},
  around: () => (handler) =>
    Effect.map(handler, ({ status }) =>
      HttpServerResponse.text("this is not gzip", { status, headers: { "content-encoding": "gzip" } }),
    ),
})
