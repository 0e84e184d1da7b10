/** `aptrinsic doctor`: says of everything that a command needs whether it is there, and the way out where it is not. */
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import * as AccountsMetadata from "@effect-aptrinsic/core/AccountsMetadata"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { AccountAttribute, Subscription } from "@effect-aptrinsic/core/Subscription"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as ApiKey from "../config/ApiKey.ts"
import * as Settings from "../config/Settings.ts"
import * as Connection from "../Connection.ts"
import * as AccountsFailure from "../output/AccountsFailure.ts"
import { ExitWith, type Failure } from "../output/Failure.ts"
import { Output, pad } from "../output/Output.ts"
import { Platform } from "../Platform.ts"
import * as Quota from "../Quota.ts"
import { commit, version } from "../version.ts"
import * as words from "./accounts/import/words.ts"
import { impatient, verify } from "./auth/verify.ts"
import * as Metadata from "./Metadata.ts"

interface Check {
  readonly name: string
  readonly status: "ok" | "warning" | "failed"
  readonly message: string
  readonly hints?: ReadonlyArray<string> | undefined
  /** The exit code of one that failed. */
  readonly exitCode?: number | undefined
}

const failed = (name: string, { exitCode, hints = [], message, rows = [] }: Failure): Check => ({
  name,
  status: "failed",
  message,
  hints: [...rows.map((row) => row.join(" ")), ...hints],
  exitCode,
})

/** What a key may not look at, or PX does not show, stands in the way of nothing. */
const unread = (name: string, error: AccountsError, connection: Connection.Connection): Check => ({
  name,
  status: "warning",
  message: `not checked: ${AccountsFailure.make(error, connection).message}`,
  hints: [Metadata.unread],
})

const productKeys = (subscription: Subscription, { settings }: Connection.Connection): Check => {
  const name = "Product keys"
  const known = Metadata.productKeysOf(subscription)
  const all = Metadata.listed(known)
  const set = settings.productKeys
  const strange = Metadata.strangers(known, set?.value ?? [])
  if (set !== undefined && strange.length > 0) {
    const near = Metadata.nearestKey(known, strange[0]!)
    return {
      name,
      status: "warning",
      message: `${strange.map(Metadata.shown).join(", ")} (from ${set.source}) is not one of the subscription: ${all}`,
      hints: near === undefined ? [] : [`Did you mean ${Metadata.shown(near)}?`],
    }
  }
  return { name, status: "ok", message: all === "" ? "the subscription has none" : all }
}

const attributes = (all: ReadonlyArray<AccountAttribute>): Check => {
  const custom = Metadata.customOf(all)
  const list = (some: ReadonlyArray<AccountAttribute>) =>
    some.map(({ apiName, type }) => `${Metadata.shown(apiName)} (${Metadata.shown(type ?? "no type")})`).join(", ")
  const off = custom.filter((attribute) => !Metadata.isOn(attribute))
  const on = custom.filter(Metadata.isOn)
  return {
    name: "Custom attributes",
    status: "ok",
    message: `${on.length === 0 ? "none" : list(on)}${off.length === 0 ? "" : `; not in use: ${list(off)}`}`,
  }
}

const quota = Effect.fnUntraced(function* ({ apiKey, settings }: Connection.Connection) {
  const options = { ...(yield* Settings.toOptions(settings, apiKey.value)), requestsPerDay: Quota.requestsPerDay }
  const { httpClient } = yield* Platform
  const accounts = Layer.provide(Accounts.layerWithQuotaStore(options), [yield* httpClient, Quota.day])
  const left = yield* Accounts.remainingToday.pipe(
    Effect.provide(accounts),
    Effect.catchTag("AccountsError", (error) => AccountsFailure.make(error, { apiKey, settings })),
  )
  const check: Check = {
    name: "Quota",
    status: left > 0 ? "ok" : "warning",
    message: `${words.count(left)} of ${words.count(Quota.requestsPerDay)} requests in 24 hours are left by what commands of this user counted; PX does not say it.`,
  }
  return check
})

/** What PX says of the key and its subscription. */
const online = Effect.fnUntraced(function* (given: Connection.Connection) {
  const connection = impatient(given)
  const verified = yield* Effect.result(verify(connection))
  if (Result.isFailure(verified)) return [failed("PX", verified.failure)]
  const metadata = yield* Connection.call(
    connection,
    Effect.all([
      Effect.match(AccountsMetadata.subscription, {
        onFailure: (error) => unread("Product keys", error, connection),
        onSuccess: (subscription) => productKeys(subscription, connection),
      }),
      Effect.match(AccountsMetadata.accountAttributes, {
        onFailure: (error) => unread("Custom attributes", error, connection),
        onSuccess: attributes,
      }),
    ]),
  ).pipe(AccountsFailure.worded(connection, ""))
  return [
    {
      name: "PX",
      status: "ok",
      message: `${connection.settings.server.value.origin} accepts the key. Whether it may write shows with the first write.`,
    },
    ...metadata,
    yield* quota(connection),
  ] satisfies ReadonlyArray<Check>
})

const examine = Effect.fnUntraced(function* () {
  const { runtime } = yield* Platform
  const settings = yield* Settings.resolve
  const { file, profile } = settings
  const here: ReadonlyArray<Check> = [
    {
      name: "Versions",
      status: "ok",
      message: `aptrinsic ${version}${commit === "" ? "" : ` (${commit})`}, ${runtime}`,
    },
    {
      name: "Configuration",
      status: "ok",
      message: `${visible(file.path)} ${file.exists ? "is read" : "is not there"}${profile === undefined ? "" : `, profile ${Metadata.shown(profile.value)}`}`,
    },
  ]
  const found = yield* Effect.result(ApiKey.find(settings))
  if (Result.isFailure(found)) return [...here, failed("API key", found.failure)]
  if (Option.isNone(found.success)) return [...here, failed("API key", ApiKey.missing)]
  const apiKey = found.success.value
  const key: Check = {
    name: "API key",
    status: "ok",
    message: `${ApiKey.ending(apiKey.value)} from ${apiKey.source}`,
  }
  return [...here, key, ...(yield* online({ settings, apiKey }))]
})

export const run = Effect.fnUntraced(function* () {
  const output = yield* Output
  const checks = yield* examine()
  const marks = {
    ok: output.paint("green", "✔"),
    warning: output.paint("yellow", "!"),
    failed: output.paint("red", "✘"),
  }
  const column = Math.max(...checks.map(({ name }) => name.length)) + 2
  const indent = " ".repeat(column + 2)
  const exitCode = checks.find((check) => check.exitCode !== undefined)?.exitCode ?? 0
  yield* output.succeed({
    document: {
      checks: checks.map(({ hints, message, name, status }: Check) => ({
        name,
        status,
        message,
        hints: [...(hints ?? [])],
      })),
    },
    ok: exitCode === 0,
    lines: checks.flatMap(({ hints = [], message, name, status }: Check) => [
      `${marks[status]} ${pad(name, column)}${message}`,
      ...hints.map((hint) => `${indent}${hint}`),
    ]),
  })
  if (exitCode !== 0) return yield* new ExitWith({ exitCode })
})
