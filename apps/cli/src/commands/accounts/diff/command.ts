/** Says what a file would create and change in PX; sends nothing. */
import * as Plan from "@effect-aptrinsic/bulk/Plan"
import type { PlanRow } from "@effect-aptrinsic/bulk/PlannedRow"
import * as Check from "@effect-aptrinsic/files/internal/shared/check"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import * as ApiKey from "../../../config/ApiKey.ts"
import { conceal } from "../../../config/Secret.ts"
import * as Connection from "../../../Connection.ts"
import * as FileName from "../../../input/FileName.ts"
import * as AccountsFailure from "../../../output/AccountsFailure.ts"
import { exitCodes, ExitWith, usage } from "../../../output/Failure.ts"
import { Output } from "../../../output/Output.ts"
import { Platform } from "../../../Platform.ts"
import * as Doubts from "../Doubts.ts"
import { requireRoom } from "../export/target.ts"
import * as checked from "../import/checked.ts"
import { checkFile } from "../import/command.ts"
import * as failures from "../import/failures.ts"
import { toImport } from "../import/Job.ts"
import { targetOf } from "../import/subject.ts"
import { isSame } from "../plan/lines.ts"
import * as planning from "../plan/planning.ts"
import * as Comparison from "./comparison.ts"
import type { Arguments } from "./flags.ts"

/** As an import that updates, and has no report, would read the file. */
const importOf = (args: Arguments) => ({
  ...Struct.omit(args, ["changes", "exitCode", "html"]),
  only: [],
  yes: false,
  maxChanges: undefined,
  maxChangeShare: undefined,
  maxCreates: undefined,
  checkBeforeWrite: false,
  revert: undefined,
  dryRun: true,
  preview: undefined,
  preflight: false,
  ifExists: "update" as const,
  maxFailures: undefined,
  outage: "15m",
  rate: 100,
  dailyQuota: 1_000_000,
  concurrency: 32,
  progress: undefined,
  html: undefined,
  web: false,
  report: undefined,
  restart: true,
})

/** Refuses to write over a file that is read or written otherwise, and to work for one that cannot be written. */
const checkFiles = Effect.fnUntraced(function* ({ changes, file, html, mapping, problems, saveMapping }: Arguments) {
  const others = [file, mapping, problems, saveMapping].filter((name) => name !== undefined)
  for (const [flag, name] of [["--changes", changes] as const, ["--html", html] as const]) {
    if (name === undefined) continue
    yield* FileName.require(flag, name)
    const taken = others.map((other): FileName.Taken => [other, "a file that another argument names"])
    yield* FileName.keepApart(flag, name, taken)
    yield* requireRoom(name)
    others.push(name)
  }
})

/** Checks the file as an import does, and ends as it does where that would send nothing. */
const prepare = Effect.fnUntraced(function* (given: Arguments) {
  const opened = yield* checkFile(importOf(given))
  const found = checked.of(opened, { ...opened.args, dryRun: false }, "accounts diff")
  yield* checked.review(found)
  if (found.open.size > 0) return yield* Doubts.refusedRows(opened.label, found.open, checked.document(found))
  return opened
})

type Prepared = Effect.Success<ReturnType<typeof prepare>>

/** Holds the program of the page, which only `--html` needs. */
const pages = Effect.promise(() => import("../../../page/plan.ts"))

const compare = Effect.fnUntraced(function* (given: Arguments, prepared: Prepared) {
  const { label, repetitions, settings, settled, source } = prepared
  const connection = { settings, apiKey: yield* ApiKey.require(settings) }
  const rows = Check.check(settled, { repetitions })(source.rows).pipe(Stream.map((row): PlanRow => toImport(row)))
  const hide = <A>(value: A) => conceal(value, connection.apiKey.value)
  const compared = Effect.gen(function* () {
    const plan = yield* planning.make(
      Plan.make(rows, { only: planning.onlyOf(given.only, prepared) }),
      label,
      undefined,
    )
    const samples = given.html === undefined ? undefined : (yield* pages).makeSamples()
    const found = yield* planning.collect(plan, hide, { file: given.changes, each: samples?.add })
    return { asked: plan.asked, ...found, samples: samples?.samples() }
  })
  const found = yield* Connection.call(connection, compared, true).pipe(
    Effect.catchTags({
      AccountsError: (error) => Effect.fail(AccountsFailure.make(error, connection)),
      PlanError: ({ hint, message }) => Effect.fail(usage(message, hint)),
      SourceError: (error) => Effect.fail(failures.ofSource(label)(error)),
    }),
  )
  return {
    ...found,
    label,
    file: given.file,
    target: settings.server.value.origin,
    written: given.changes,
    page: given.html,
  } satisfies Comparison.Comparison
}, Effect.scoped)

export const run = Effect.fnUntraced(function* (given: Arguments) {
  const output = yield* Output
  yield* checkFiles(given)
  yield* (yield* Platform).keepHeapSmall
  const prepared = yield* prepare(given)
  const comparison = yield* compare(given, prepared)
  if (given.html !== undefined && comparison.samples !== undefined) {
    const place = { ...comparison, target: targetOf(prepared.settings) }
    yield* (yield* pages).write(given.html, place, comparison.samples)
  }
  yield* output.succeed(Comparison.conclusion(comparison, output.paint))
  if (given.exitCode && !isSame(comparison.counts)) {
    return yield* new ExitWith({ exitCode: exitCodes.rowsFailed })
  }
}, Effect.scoped)
