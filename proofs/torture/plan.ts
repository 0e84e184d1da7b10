/**
 * A program that brings PX up to date with the rows of a file: `node plan.ts FILE JOURNAL`.
 */
import { readFileSync } from "node:fs"
import process from "node:process"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import * as Plan from "@effect-aptrinsic/bulk/Plan"
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import { layerHttpClient, layerServices, runMain } from "@effect-aptrinsic/runtime/node"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const [, , file = "", path = ""] = process.argv
const lines = readFileSync(file, "utf8").trimEnd().split("\n")
const rows = Stream.fromIterable(
  lines.map((line, index) => ({ row: index + 1, account: JSON.parse(line) as NewAccount })),
)

const subject = { file, content: "the same each time", mapping: "1", target: String(process.env["APTRINSIC_BASE_URL"]) }

const program = Effect.gen(function* () {
  const plan = yield* Plan.make(rows, { pageSize: 500 })
  yield* Stream.runDrain(Plan.apply(plan))
}).pipe(
  Effect.scoped,
  Effect.provide([
    Accounts.layerFromConfig.pipe(Layer.provide(layerHttpClient())),
    JournalFile.layer({ path, subject }),
  ]),
  Effect.provide(layerServices),
)
runMain(program)
