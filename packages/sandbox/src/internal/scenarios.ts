/**
 * The faults by name. A scenario is what happens around the handler of a request: before it, instead of it, after it. One object here
 * or in `brokenAnswers` is all it takes to add one.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  captivePortal,
  corruptGzip,
  endlessAnswer,
  oddAnswer,
  redirect,
  refusal,
  shortPage,
  stalledAnswer,
  truncatedAnswer,
} from "./brokenAnswers.ts"
import * as connection from "./connection.ts"
import * as responses from "./responses.ts"
import { type Around, integer, scenario } from "./scenario.ts"

export type { Around } from "./scenario.ts"

const delay = scenario({
  name: "delay",
  description: "Handles the request only after so many milliseconds",
  parameters: { milliseconds: integer(1, 2_147_483_647) },
  around:
    ({ milliseconds }) =>
    (handler) =>
      Effect.delay(handler, Duration.millis(milliseconds)),
})

const serverError = scenario({
  name: "server-error",
  description:
    "Answers a 5xx (default 503); with `committed` the request is handled nevertheless, with `retryAfter` it names seconds",
  parameters: {
    status: Schema.optional(integer(500, 599)),
    committed: Schema.optional(Schema.Boolean),
    retryAfter: Schema.optional(integer(0, 86_400)),
  },
  around:
    ({ committed = false, retryAfter, status = 503 }) =>
    (handler) => {
      const answer = responses.frameworkError(
        status,
        "The sandbox was told to fail",
        retryAfter === undefined ? undefined : { "retry-after": String(retryAfter) },
      )
      return committed ? Effect.andThen(handler, answer) : answer
    },
})

const dropBeforeCommit = scenario({
  name: "drop-before-commit",
  description: "Drops the connection instead of handling the request: nothing changes",
  parameters: {},
  around: () => () => connection.drop,
})

const dropAfterCommit = scenario({
  name: "drop-after-commit",
  description:
    "Handles the request, then drops the connection instead of answering: the change is made and nobody is told",
  parameters: {},
  around: () => (handler) => Effect.andThen(handler, connection.drop),
})

const headerValue = Schema.String.check(Schema.isPattern(/^[\x20-\x7e]*$/u))

const noAnswer = scenario({
  name: "no-answer",
  description: "Never answers; with `committed` the request is handled nevertheless",
  parameters: { committed: Schema.optional(Schema.Boolean) },
  around:
    ({ committed = false }) =>
    (handler) =>
      committed ? Effect.andThen(handler, Effect.never) : Effect.never,
})

const rateLimitBurst = scenario({
  name: "rate-limit-burst",
  description:
    "Answers 429 to so many requests in a row (default 10), with `retryAfter` seconds (default 1; a text is sent as it is, null sends no header)",
  parameters: {
    requests: Schema.optional(integer(1, Number.MAX_SAFE_INTEGER)),
    retryAfter: Schema.optional(Schema.NullOr(Schema.Union([integer(0, 86_400), headerValue]))),
  },
  run: ({ requests = 10 }) => requests,
  around:
    ({ retryAfter = 1 }) =>
    () =>
      Effect.succeed(responses.tooManyRequests(retryAfter ?? undefined)),
})

/** Every scenario; a test compares it with `Fault`. */
export const scenarios = [
  delay,
  noAnswer,
  serverError,
  refusal,
  redirect,
  captivePortal,
  oddAnswer,
  truncatedAnswer,
  shortPage,
  stalledAnswer,
  endlessAnswer,
  corruptGzip,
  dropBeforeCommit,
  dropAfterCommit,
  rateLimitBurst,
]

/** A scenario with its parameters and its trigger. */
export const Fault = Schema.Union([
  delay.schema,
  noAnswer.schema,
  serverError.schema,
  refusal.schema,
  redirect.schema,
  captivePortal.schema,
  oddAnswer.schema,
  truncatedAnswer.schema,
  shortPage.schema,
  stalledAnswer.schema,
  endlessAnswer.schema,
  corruptGzip.schema,
  dropBeforeCommit.schema,
  dropAfterCommit.schema,
  rateLimitBurst.schema,
]).annotate({ expected: `a fault named ${scenarios.map(({ name }) => name).join(", ")}` })
export type Fault = typeof Fault.Type

/** A scenario whose parameters are only known to be its own: `Fault` has decoded them with the schema of that very scenario. */
interface Scenario {
  run?(fault: object): number
  around(fault: object): Around
}

const byName: ReadonlyMap<string, Scenario> = new Map(scenarios.map((each) => [each.name, each]))

/** What the fault makes of a handler, and how many requests one strike covers. */
export const effectOf = (fault: Fault): { readonly around: Around; readonly run: number } => {
  const known = byName.get(fault.fault)
  return known === undefined
    ? { around: (handler) => handler, run: 1 }
    : { around: known.around(fault), run: known.run?.(fault) ?? 1 }
}
