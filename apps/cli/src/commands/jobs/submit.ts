/** Takes a file of accounts as a job: everything is checked as an import does, then kept in the database. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Check from "@effect-aptrinsic/files/internal/shared/check"
import * as Content from "@effect-aptrinsic/files/internal/shared/content"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import { Output } from "../../output/Output.ts"
import { Platform } from "../../Platform.ts"
import * as Doubts from "../accounts/Doubts.ts"
import * as checked from "../accounts/import/checked.ts"
import { checkFile } from "../accounts/import/command.ts"
import * as failures from "../accounts/import/failures.ts"
import { toImport } from "../accounts/import/Job.ts"
import { patience } from "../accounts/import/send.ts"
import * as words from "../accounts/import/words.ts"
import * as Database from "./database.ts"
import type { SubmitArguments } from "./flags.ts"
import { defaultKey } from "./keys.ts"
import * as Told from "./told.ts"
import { seeThrough } from "./work.ts"

/** As an import without a report would read the file. */
const importOf = (args: SubmitArguments) => ({
  ...Struct.omit(args, ["id", "key", "lanes", "database", "detach", "wait"]),
  only: [],
  yes: false,
  maxChanges: undefined,
  maxChangeShare: undefined,
  maxCreates: undefined,
  checkBeforeWrite: false,
  dryRun: true,
  preview: undefined,
  ifExists: "skip" as const,
  revert: undefined,
  report: undefined,
  restart: true,
  html: undefined,
  web: false,
})

/** Checks the file as an import does, and ends as it does where that would send nothing. */
const prepare = Effect.fnUntraced(function* (given: SubmitArguments) {
  const opened = yield* checkFile(importOf(given))
  const { accepted, label, preview, source, summary } = opened
  const args = { ...opened.args, dryRun: false }
  const open = checked.openOf(summary, accepted, args.strict)
  const found: checked.Checked = { args, label, summary, preview, open, sheet: source.sheet, command: "jobs submit" }
  yield* checked.told(found)
  if (summary.invalid > 0 && (!args.skipInvalid || summary.valid === 0)) return yield* checked.refuse(found)
  yield* Doubts.reviewRows(label, open, checked.document(found))
  return opened
})

/** The name of the file and a part of its digest: the same file is the same job. */
const idOf = Effect.fnUntraced(function* ({ file, id }: SubmitArguments, content: string) {
  if (id !== undefined) return id
  const name = file === "-" ? "stdin" : (yield* Path.Path).basename(file)
  const stem = name
    .replaceAll(/[^A-Za-z0-9._-]+/gu, "-")
    .replace(/^[^A-Za-z0-9]+/u, "")
    .slice(0, 60)
  return `${stem === "" ? "job" : stem}-${content.replace(/^.*:/u, "").slice(0, 8)}`
})

export const run = Effect.fnUntraced(function* (given: SubmitArguments) {
  const output = yield* Output
  yield* (yield* Platform).keepHeapSmall
  const { file, label, outage, repetitions, settings, settled, source } = yield* prepare(given)
  const content = file.lastDigest() ?? (yield* Effect.mapError(Content.digest(file.bytes), failures.ofSource(label)))
  const id = yield* idOf(given, content)
  const address = yield* Database.addressOf(given.database)
  const { context, jobs } = yield* Database.open(address)
  const rows = Stream.map(Check.check(settled, { repetitions })(source.rows), toImport)
  const status = yield* jobs
    .submit(rows, {
      id,
      apiKey: given.key ?? settings.profile?.value ?? defaultKey,
      lanes: given.lanes,
      maxFailures: given.maxFailures,
      connection: {
        baseUrl: settings.server.value.origin,
        requestsPerSecond: given.rate,
        requestsPerDay: given.dailyQuota,
        settleDelay: settings.settleDelay?.value,
      },
      importer: {
        concurrency: given.concurrency,
        outage,
        totalTimeout: Duration.toMillis(settings.timeout?.value ?? patience),
      },
    })
    .pipe(
      Effect.catchTags({
        JobError: (error) => Effect.fail(Database.failureOf(error)),
        SourceError: (error) => Effect.fail(failures.ofSource(label)(error)),
      }),
    )
  const isHere = "file" in address
  if (given.detach || (!isHere && !given.wait)) {
    return yield* output.succeed({
      confirmation: true,
      document: { job: Told.document(status) },
      lines: [
        `${output.paint("green", "✔")} ${visible(label)} is the job ${id}: ${words.plural(status.rows, "row")} in ${Database.nameOf(address)}.`,
        "  'aptrinsic worker' carries it out; 'aptrinsic jobs status' tells how far it is.",
      ],
    })
  }
  yield* output.note(`${visible(label)} is the job ${id}: ${words.plural(status.rows, "row")}.`)
  return yield* seeThrough(jobs, id, isHere ? context : undefined, given.progress)
}, Effect.scoped)
