/**
 * Words what the library fails with: what happened, to which account, with which key at which server, and the way out. One wording for each
 * reason; a reason without one does not compile.
 */
import type { AccountsError, AccountsErrorReason, Difference } from "@effect-aptrinsic/core/AccountsError"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import { makeStandings, type Standing } from "@effect-aptrinsic/core/internal/shared/standing"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import { dataCenters } from "@effect-aptrinsic/core/Options"
import { isNotDone, type Operation, operations, type WriteOperation } from "@effect-aptrinsic/core/Outcome"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Match from "effect/Match"
import type * as Schema from "effect/Schema"
import * as ApiKey from "../config/ApiKey.ts"
import { conceal } from "../config/Secret.ts"
import type { Sourced } from "../config/Sourced.ts"
import type { Connection } from "../Connection.ts"
import { type Code, exitCodes, Failure, type Problem, type Row } from "./Failure.ts"
import { Output, stringify } from "./Output.ts"

/** An id in a sentence. */
export const shown = (id: string): string => visible(id, 80)

/** The command that shows an account; an id that a shell would take apart is left to the reader. */
const getCommand = (id: string): string => `aptrinsic accounts get ${/^[\w.@:+/][\w.@:+/-]*$/.test(id) ? id : "ID"}`

/** A value in a sentence. */
export const value = (json: Schema.Json | undefined): string =>
  json === undefined ? "not set" : visible(stringify(json), 60)

/** The fields in which the account in PX is not the one that was sent. */
export const differenceRows = (differences: ReadonlyArray<Difference>): ReadonlyArray<Row> =>
  differences.map(({ path, sent, found }) => [visible(path, 60), `is ${value(found)} in PX, ${value(sent)} here`])

const from = ({ source }: Sourced<unknown>) => (source === "default" ? "" : `  (from ${source})`)

export const serverRow = ({ settings: { server } }: Connection): Row => [
  "Server",
  `${server.value.origin}${from(server)}`,
]

const keyRows = (connection: Connection): ReadonlyArray<Row> => [
  ["Key", `${ApiKey.ending(connection.apiKey.value)}${from(connection.apiKey)}`],
  serverRow(connection),
]

const keyHints = ({ settings: { server } }: Connection): ReadonlyArray<string> => {
  const { dataCenter } = server.value
  if (dataCenter === undefined) return ["Check that the key belongs to this server."]
  const others = Object.keys(dataCenters).filter((name) => name !== dataCenter)
  return [
    `Keys belong to one data centre: try ${others.map((name) => `--data-center ${name}`).join(" or ")}.`,
    "Make a key in PX under Administration → REST API, with Write permission.",
  ]
}

interface Call {
  readonly error: AccountsError
  readonly connection: Connection
  readonly id: string
}

type Wording = Pick<Failure, "exitCode" | "code" | "message" | "problems" | "rows" | "hints">

/** The words of the call that failed; those of a read where the options of the service are the matter. */
const wordsOf = ({ operation }: AccountsError): Operation => operations[operation === "configure" ? "get" : operation]

const beforeAgain = (id: string, { verb }: Operation) => `'${getCommand(id)}' before you ${verb} it again.`

/** That a write left its account in doubt, whatever it failed with. */
const doubtHints = (call: Call): ReadonlyArray<string> =>
  call.error.outcome === "unknown"
    ? [
        `Whether account ${shown(call.id)} was ${wordsOf(call.error).done} is not known: look with ${beforeAgain(call.id, wordsOf(call.error))}`,
      ]
    : []

const outcomeHints = (call: Call): ReadonlyArray<string> =>
  isNotDone(call.error.outcome) ? [`Account ${shown(call.id)} was ${call.error.outcome}.`] : doubtHints(call)

const problemsOf = (
  issues: ReadonlyArray<{ readonly path: string; readonly message: string }>,
): ReadonlyArray<Problem> => issues.map(({ path, message }) => ({ field: path, message: visible(message) }))

/** In the words of the library, with what became of the account. */
const plainly =
  (exitCode: number, code: Code) =>
  ({ hint, message }: { readonly hint: string; readonly message: string }) =>
  (call: Call): Wording => ({
    exitCode,
    code,
    message,
    rows: [serverRow(call.connection)],
    hints: [...outcomeHints(call), hint],
  })

const unreachable = plainly(exitCodes.unreachable, "unreachable")

type Wordings = {
  readonly [Tag in AccountsErrorReason["_tag"]]: (
    reason: Extract<AccountsErrorReason, { readonly _tag: Tag }>,
  ) => (call: Call) => Wording
}

const wordings: Wordings = {
  InvalidOptions:
    ({ issues }) =>
    ({ connection }) => {
      const key = issues.find(({ path }) => path === "apiKey")
      return key === undefined
        ? {
            exitCode: exitCodes.usage,
            code: "usage",
            message: "The settings are not valid.",
            problems: problemsOf(issues),
          }
        : {
            exitCode: exitCodes.denied,
            code: "auth",
            message: `The API key (from ${connection.apiKey.source}) ${key.message}.`,
          }
    },
  InvalidAccount:
    (reason) =>
    ({ error }) => ({
      exitCode: exitCodes.invalid,
      code: "invalid",
      message: `The ${wordsOf(error).kind === "read" ? "id" : "account"} is not valid. Nothing was sent.`,
      problems: problemsOf(reason.issues),
    }),
  BadRequest:
    (reason) =>
    ({ error, id }) => ({
      exitCode: exitCodes.invalid,
      code: "rejected",
      message: `Gainsight PX refused ${error.outcome === undefined ? "the request (400)" : `account ${shown(id)} (400); it was ${error.outcome}`}.`,
      problems: problemsOf(reason.issues),
      rows: reason.issues.length === 0 && reason.detail !== "" ? [["PX says:", visible(reason.detail, 400)]] : [],
      hints: [reason.hint],
    }),
  PossibleDuplicate:
    ({ differences, existing }) =>
    ({ id }) =>
      existing === "unknown"
        ? {
            exitCode: exitCodes.exists,
            code: "duplicate",
            message: `Gainsight PX refused account ${shown(id)} (400), possibly because it exists.`,
            hints: ["It was not created. Looking it up failed.", `Look with '${getCommand(id)}', then decide.`],
          }
        : {
            exitCode: exitCodes.exists,
            code: "duplicate",
            message: `Account ${shown(id)} already exists; it was not changed.`,
            rows: differenceRows(differences),
            hints: [`See it with '${getCommand(id)}', or pass --if-exists skip to accept this.`],
          },
  Unauthorized:
    ({ message }) =>
    (call) => ({
      exitCode: exitCodes.denied,
      code: "auth",
      message,
      rows: keyRows(call.connection),
      hints: [...doubtHints(call), ...keyHints(call.connection)],
    }),
  Forbidden:
    ({ hint, message }) =>
    (call) => ({
      exitCode: exitCodes.denied,
      code: "auth",
      message,
      rows: keyRows(call.connection),
      hints: [...doubtHints(call), hint],
    }),
  AccountNotFound:
    ({ hint }) =>
    ({ connection, id }) => ({
      exitCode: exitCodes.notFound,
      code: "not_found",
      message: `There is no account ${shown(id)}.`,
      rows: [serverRow(connection)],
      hints: [hint],
    }),
  Redirected: plainly(exitCodes.usage, "usage"),
  RequestRefused: plainly(exitCodes.invalid, "rejected"),
  OutcomeUnknown:
    ({ differences }) =>
    ({ connection, error, id }) => ({
      exitCode: exitCodes.unreachable,
      code: "unreachable",
      message: `Whether account ${shown(id)} was ${wordsOf(error).done} is not known: the answer was lost, and ${differences.length === 0 ? "looking it up did not settle it" : "PX holds an account that differs"}.`,
      rows: [
        serverRow(connection),
        ...error.history.map(({ answer, request }): Row => [request, visible(answer)]),
        ...differenceRows(differences),
      ],
      hints: [`Look with ${beforeAgain(id, wordsOf(error))}`],
    }),
  ListIncomplete: unreachable,
  RateLimited: unreachable,
  DailyQuotaExhausted: unreachable,
  Unreachable: unreachable,
  Unavailable: unreachable,
  Withdrawn: unreachable,
}

/** The facts of an error for the JSON document. */
const factsOf = ({ error, id }: Call) => {
  const { reason } = error
  return {
    reason: reason._tag,
    id,
    ...(error.outcome === undefined ? {} : { outcome: error.outcome }),
    attempts: error.attempts,
    ...("existing" in reason ? { existing: reason.existing } : {}),
    retryable: reason.isRetryable,
    ...(error.resumeAt === undefined ? {} : { resumeAt: DateTime.formatIso(error.resumeAt) }),
  }
}

/** An error of the library as the end of the command. */
export const make = (error: AccountsError, connection: Connection, id = error.accountId ?? ""): Failure => {
  const call = { error, connection, id }
  const { reason } = error
  const { code, exitCode, ...said } = Match.valueTags(reason, wordings)(call)
  const told = conceal(
    {
      said: { ...said, message: visible(said.message, 400) },
      echoed: {
        ...("differences" in reason ? { differences: reason.differences.map((_) => ({ ..._ })) } : {}),
        history: error.history.map(({ answer, at, request }) => ({ request, at: Duration.toMillis(at), answer })),
      },
    },
    connection.apiKey.value,
  )
  return new Failure({ exitCode, code, ...told.said, extra: { ...factsOf(call), ...told.echoed } })
}

/** Words the errors of a call about one account. */
export const worded =
  (connection: Connection, id: string) =>
  <A, R>(effect: Effect.Effect<A, AccountsError | Failure, R>): Effect.Effect<A, Failure, R> =>
    Effect.mapError(effect, (error) => (error._tag === "AccountsError" ? make(error, connection, id) : error))

const interrupted = (operation: WriteOperation, id: string, done: string, standing: Standing): Failure => {
  const isCertain = standing === "not done"
  return new Failure({
    exitCode: exitCodes.interrupted,
    code: "interrupted",
    message: `Interrupted. Account ${shown(id)} ${isCertain ? "was not" : "may or may not have been"} ${done}.`,
    hints: isCertain ? [] : [`Look with ${beforeAgain(id, operation)}`],
    extra: { id, outcome: isCertain ? operation.notDone : "unknown" },
  })
}

/** Says what became of a write that is interrupted. */
export const orInterrupted =
  (operation: WriteOperation, id: string, done: string = operation.done) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.suspend(() => {
      const { note, now } = makeStandings()
      return effect.pipe(
        AccountsEvent.observe((event) => Effect.sync(() => note(event))),
        Effect.onInterrupt(() => Output.use(({ fail }) => fail(interrupted(operation, id, done, now())))),
      )
    })
