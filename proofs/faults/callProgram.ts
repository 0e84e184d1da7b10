/**
 * A program that creates or updates `acme` at the address it is given with the key it reads, and prints what came of it. It has the time of a busy
 * machine, unless its environment says otherwise in milliseconds.
 */
import { readFileSync } from "node:fs"
import process from "node:process"
import { inspect } from "node:util"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { endingOf, perform } from "./run.ts"
import { adapter } from "./runtime.ts"
import type { Verb } from "./scenario.ts"

const [url, verb] = process.argv.slice(2) as [string, Verb]
const { CONNECT_TIMEOUT = "5000", TOTAL_TIMEOUT = "15000" } = process.env
const client = Accounts.layer({
  apiKey: Redacted.make(readFileSync(0, "utf8")),
  baseUrl: url,
  retryDelay: "5 millis",
  settleDelay: "20 millis",
  attemptTimeout: "5 seconds",
  totalTimeout: Number(TOTAL_TIMEOUT),
}).pipe(Layer.provide(adapter.layerHttpClient({ connectTimeout: Number(CONNECT_TIMEOUT) })))

const { outcome, result, seen } = await Effect.runPromise(
  Accounts.Accounts.use((accounts) => perform(accounts, verb)).pipe(
    Effect.provide(client),
    Effect.exit,
    Effect.map((exit) => endingOf(exit, verb)),
  ),
)
process.stdout.write(`${JSON.stringify({ result, outcome, text: inspect(seen) })}\n`)
