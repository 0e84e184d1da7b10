/**
 * Calls PX with the settings of this run, and words what it answers: what happened, to which account, with which key at which server,
 * and the way out.
 */
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import type { AccountsError, Difference } from "@effect-aptrinsic/core/AccountsError"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import { dataCenters } from "@effect-aptrinsic/core/Options"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import * as ApiKey from "./ApiKey.ts"
import { type Code, exitCodes, Failure, type Row } from "./Failure.ts"
import { stringify } from "./Output.ts"
import { Platform } from "./Platform.ts"
import { type Settings, type Sourced, toOptions } from "./Settings.ts"
import * as Steps from "./Steps.ts"

export interface Connection {
  readonly settings: Settings
  readonly apiKey: Sourced<Redacted.Redacted>
}

/** An id in a sentence. */
export const shown = (id: string): string => visible(id, 80)

/** The command that shows an account; an id that a shell would take apart is left to the reader. */
export const getCommand = (id: string): string =>
  `aptrinsic accounts get ${/^[\w.@:+/][\w.@:+/-]*$/.test(id) ? id : "ID"}`

const value = (json: Schema.Json | undefined) =>
  json === undefined ? "not set" : visible(stringify({ value: json }).slice(9, -1), 60)

/** The fields in which the account in PX is not the one that was to be created. */
export const differenceRows = (differences: ReadonlyArray<Difference>): ReadonlyArray<readonly [string, string]> =>
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

/** What is known of the account after a create that failed. */
const outcomeHint = ({ operation, outcome }: AccountsError, id: string): ReadonlyArray<string> => {
  if (operation !== "create") return []
  if (outcome === "unknown") {
    return [
      `Whether account ${shown(id)} was created is not known: look with '${getCommand(id)}' before you create it again.`,
    ]
  }
  return [`Account ${shown(id)} was not created.`]
}

/** What a failure is made of. */
type Told = ConstructorParameters<typeof Failure>[0]

/** Words an error of the library for this connection and account. */
export const explain = (error: AccountsError, id: string, connection: Connection): Told => {
  const { reason } = error
  const make = (
    exitCode: number,
    code: Code,
    message: string,
    details: Pick<Told, "problems" | "rows" | "hints"> = {},
  ): Told => ({
    exitCode,
    code,
    message: visible(message, 400),
    ...details,
    extra: {
      reason: reason._tag,
      id,
      ...(error.outcome === undefined ? {} : { outcome: error.outcome }),
      attempts: error.attempts,
      ...("existing" in reason
        ? { existing: reason.existing, differences: reason.differences.map((_) => ({ ..._ })) }
        : {}),
      ...("resumeAt" in reason ? { resumeAt: DateTime.formatIso(reason.resumeAt) } : {}),
    },
  })
  const unreachable = (...hints: ReadonlyArray<string>) =>
    make(exitCodes.unreachable, "unreachable", reason.message, { rows: [serverRow(connection)], hints })
  const problems =
    "issues" in reason ? reason.issues.map(({ path, message }) => ({ field: path, message: visible(message) })) : []

  switch (reason._tag) {
    case "InvalidOptions": {
      const key = reason.issues.find(({ path }) => path === "apiKey")
      if (key === undefined) return make(exitCodes.usage, "usage", "The settings are not valid.", { problems })
      return make(exitCodes.denied, "auth", `The API key (from ${connection.apiKey.source}) ${key.message}.`)
    }
    case "InvalidAccount":
      return make(
        exitCodes.invalid,
        "invalid",
        error.operation === "get"
          ? "The id is not valid. Nothing was sent."
          : "The account is not valid. Nothing was sent.",
        { problems },
      )
    case "BadRequest": {
      const what = error.operation === "create" ? `account ${shown(id)} (400); it was not created` : "the request (400)"
      return make(exitCodes.invalid, "rejected", `Gainsight PX refused ${what}.`, {
        problems,
        rows: problems.length === 0 && reason.detail !== "" ? [["PX says:", visible(reason.detail, 400)]] : [],
        hints: [reason.hint],
      })
    }
    case "PossibleDuplicate": {
      if (reason.existing === "unknown") {
        return make(
          exitCodes.exists,
          "duplicate",
          `Gainsight PX refused account ${shown(id)} (400), possibly because it exists.`,
          {
            hints: ["It was not created. Looking it up failed.", `Look with '${getCommand(id)}', then decide.`],
          },
        )
      }
      return make(exitCodes.exists, "duplicate", `Account ${shown(id)} already exists; it was not changed.`, {
        rows: differenceRows(reason.differences),
        hints: [`See it with '${getCommand(id)}', or pass --if-exists skip to accept this.`],
      })
    }
    case "Unauthorized":
      return make(exitCodes.denied, "auth", reason.message, { rows: keyRows(connection), hints: keyHints(connection) })
    case "Forbidden":
      return make(exitCodes.denied, "auth", reason.message, { rows: keyRows(connection), hints: [reason.hint] })
    case "AccountNotFound":
      return make(exitCodes.notFound, "not_found", `There is no account ${shown(id)}.`, {
        rows: [serverRow(connection)],
        hints: [reason.hint],
      })
    case "Redirected":
      return make(exitCodes.usage, "usage", reason.message, {
        rows: [serverRow(connection)],
        hints: [...outcomeHint(error, id), reason.hint],
      })
    case "RequestRefused":
      return make(exitCodes.invalid, "rejected", reason.message, {
        rows: [serverRow(connection)],
        hints: [...outcomeHint(error, id), reason.hint],
      })
    case "OutcomeUnknown":
      return make(
        exitCodes.unreachable,
        "unreachable",
        `Whether account ${shown(id)} was created is not known: the answer was lost, and looking it up failed.`,
        {
          rows: [serverRow(connection), ...error.history.map(({ request, answer }): Row => [request, visible(answer)])],
          hints: [`Look with '${getCommand(id)}' before you create it again.`],
        },
      )
    case "RateLimited":
    case "DailyQuotaExhausted":
    case "Withdrawn":
    case "Unreachable":
    case "Unavailable":
      return unreachable(...outcomeHint(error, id), reason.hint)
  }
}

/** Takes the key out of whatever a server may have echoed. */
const conceal = <A>(value: A, { apiKey }: Connection): A => {
  const text = JSON.stringify(value)
  const key = JSON.stringify(Redacted.value(apiKey.value)).slice(1, -1)
  return text.includes(key) ? (JSON.parse(text.replaceAll(key, "<redacted>")) as A) : value
}

/** Runs a call to PX about one account. The HTTP client is loaded only now. */
export const call = Effect.fn("Connection.call")(function* <A>(
  connection: Connection,
  id: string,
  request: Effect.Effect<A, AccountsError, Accounts.Accounts>,
) {
  const options = yield* toOptions(connection.settings, connection.apiKey.value)
  const httpClient = yield* (yield* Platform).httpClient
  return yield* request.pipe(
    AccountsEvent.observe(Steps.log),
    Effect.provide(Layer.provide(Accounts.layer(options), httpClient)),
    Effect.mapBoth({
      onFailure: (error) => new Failure(conceal(explain(error, id, connection), connection)),
      onSuccess: (answer) => conceal(answer, connection),
    }),
  )
})
