/** Says what a file would create and change in PX; sends nothing. */
import * as Plan from "@effect-aptrinsic/bulk/Plan"
import type { Change, Incomparable, PlanRow } from "@effect-aptrinsic/bulk/PlannedRow"
import * as AccountFields from "@effect-aptrinsic/core/AccountFields"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import * as Check from "@effect-aptrinsic/files/internal/shared/check"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import * as ApiKey from "../../../config/ApiKey.ts"
import { conceal } from "../../../config/Secret.ts"
import * as Connection from "../../../Connection.ts"
import * as AccountsFailure from "../../../output/AccountsFailure.ts"
import { exitCodes, ExitWith, usage } from "../../../output/Failure.ts"
import { Output, stringify } from "../../../output/Output.ts"
import { Platform } from "../../../Platform.ts"
import * as Doubts from "../Doubts.ts"
import { into } from "../export/target.ts"
import * as checked from "../import/checked.ts"
import { checkFile } from "../import/command.ts"
import * as failures from "../import/failures.ts"
import * as Progress from "../import/Progress.ts"
import { toImport } from "../import/send.ts"
import * as words from "../import/words.ts"
import * as Comparison from "./comparison.ts"
import type { Arguments } from "./flags.ts"

/** As an import without a report would read the file. */
const importOf = (args: Arguments) => ({
  ...Struct.omit(args, ["changes", "exitCode", "only"]),
  dryRun: true,
  preview: undefined,
  ifExists: "skip" as const,
  maxFailures: undefined,
  outage: "15m",
  rate: 100,
  dailyQuota: 1_000_000,
  concurrency: 32,
  progress: undefined,
  report: undefined,
  restart: true,
})

const keepApart = Effect.fnUntraced(function* ({ changes, file, mapping, problems, saveMapping }: Arguments) {
  if (changes === undefined) return
  if (changes === "" || changes === "-") return yield* usage("--changes needs the name of a file.")
  const path = yield* Path.Path
  const fs = yield* FileSystem.FileSystem
  const real = (name: string) => Effect.orElseSucceed(fs.realPath(name), () => path.resolve(name))
  const name = yield* real(changes)
  for (const other of [file, mapping, problems, saveMapping]) {
    if (other === undefined || (yield* real(other)) !== name) continue
    return yield* usage("--changes names a file that another argument names.", "Name another file.")
  }
})

/** Checks the file as an import does, and ends as it does where that would send nothing. */
const prepare = Effect.fnUntraced(function* (given: Arguments) {
  const opened = yield* checkFile(importOf(given))
  const { accepted, label, preview, source, summary } = opened
  const args = { ...opened.args, dryRun: false }
  const open = checked.openOf(summary, accepted, args.strict)
  const found: checked.Checked = {
    args,
    label,
    summary,
    preview,
    open,
    sheet: source.sheet,
    command: "accounts diff",
  }
  yield* checked.told(found)
  if (summary.invalid > 0 && (!args.skipInvalid || summary.valid === 0)) return yield* checked.refuse(found)
  if (open.size > 0) return yield* Doubts.refusedRows(label, open, checked.document(found))
  return opened
})

type Prepared = Effect.Success<ReturnType<typeof prepare>>

/** Product keys that neither the file nor the command line says are for new accounts: they do not replace those of others. */
const onlyOf = ({ only }: Arguments, { options, preview, said }: Prepared): ReadonlyArray<string> | undefined => {
  if (only.length > 0) return only
  const isSaid =
    options.productKeys === undefined ||
    said.productKeys !== undefined ||
    said.set?.["propertyKeys"] !== undefined ||
    preview.columns.some(({ field }) => field === "propertyKeys")
  if (isSaid) return undefined
  const names = AccountFields.fields.map(({ path }) => path.replace(/\..*$/, ""))
  return [...new Set(names)].filter((name) => !["id", "propertyKeys"].includes(name))
}

const view = (label: string, requests: () => number): Progress.View => ({
  draw: () => [`Comparing ${label}`, words.plural(requests(), "request")],
  tell: () => `diff: ${requests()} requests`,
  document: () => ({ event: "diff", requests: requests() }),
})

/** Collects the first rows, and writes all that PX does not hold as they are. */
const collect = Effect.fnUntraced(function* <E, R>(
  { rows }: Plan.Plan<E, R>,
  file: string | undefined,
  hide: <A>(value: A) => A,
) {
  const changes: Array<Change> = []
  const incomparable: Array<Incomparable> = []
  const keep = (row: Change | Incomparable) => {
    if (row._tag === "Change" && changes.length < Comparison.shown) changes.push(hide(row))
    if (row._tag === "Incomparable" && incomparable.length < Comparison.shown) incomparable.push(hide(row))
  }
  const written = Stream.filter(rows, ({ _tag }) => _tag !== "Unchanged").pipe(
    Stream.tap((row) => Effect.sync(() => (row._tag === "Create" || row._tag === "Unchanged" ? undefined : keep(row)))),
  )
  yield* file === undefined
    ? Stream.runDrain(written)
    : into(file, true, (write) =>
        Stream.runForEachArray(written, (some) =>
          write(some.map((row) => `${stringify(Comparison.document(hide(row)))}\n`).join("")),
        ),
      )
  return { changes, incomparable }
})

const compare = Effect.fnUntraced(function* (given: Arguments, prepared: Prepared) {
  const { label, repetitions, settings, settled, source } = prepared
  const connection = { settings, apiKey: yield* ApiKey.require(settings) }
  const rows = Check.check(settled, { repetitions })(source.rows).pipe(Stream.map((row): PlanRow => toImport(row)))
  let requests = 0
  const progress = yield* Progress.show(
    view(label, () => requests),
    undefined,
  )
  const compared = Plan.make(rows, { only: onlyOf(given, prepared) }).pipe(
    AccountsEvent.observe((event) => Effect.sync(() => void (requests += event._tag === "Sending" ? 1 : 0))),
    Effect.tap(() => progress.clear),
    Effect.flatMap((plan) =>
      Effect.map(
        collect(plan, given.changes, (value) => conceal(value, connection.apiKey.value)),
        // A request without a page of its own counts too: a retry, the empty end of a list.
        (found) => ({ ...found, counts: plan.counts, asked: { ...plan.asked, requests } }),
      ),
    ),
  )
  const found = yield* Connection.call(connection, compared).pipe(
    Effect.ensuring(progress.end),
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
  } satisfies Comparison.Comparison
}, Effect.scoped)

export const run = Effect.fnUntraced(function* (given: Arguments) {
  const output = yield* Output
  yield* keepApart(given)
  yield* (yield* Platform).keepHeapSmall
  const comparison = yield* compare(given, yield* prepare(given))
  yield* output.succeed(Comparison.conclusion(comparison, output.paint))
  if (given.exitCode && !Comparison.isSame(comparison.counts)) {
    return yield* new ExitWith({ exitCode: exitCodes.rowsFailed })
  }
}, Effect.scoped)
