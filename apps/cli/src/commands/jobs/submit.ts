/** Takes a file of accounts as a job: everything is checked as an import does, then kept in the database. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Content from "@effect-aptrinsic/files/internal/shared/content"
import type * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Struct from "effect/Struct"
import { Output } from "../../output/Output.ts"
import { Platform } from "../../Platform.ts"
import * as Doubts from "../accounts/Doubts.ts"
import * as checked from "../accounts/import/checked.ts"
import { checkFile } from "../accounts/import/command.ts"
import * as failures from "../accounts/import/failures.ts"
import type { Job } from "../accounts/import/Job.ts"
import { patience } from "../accounts/import/send.ts"
import { subjectOf } from "../accounts/import/subject.ts"
import * as words from "../accounts/import/words.ts"
import { onlyOf } from "../accounts/plan/planning.ts"
import * as Database from "./database.ts"
import type { SubmitArguments } from "./flags.ts"
import { defaultKey } from "./keys.ts"
import { rowsOf } from "./rows.ts"
import * as Told from "./told.ts"
import { checkWait, isSeenThrough, seeThrough } from "./work.ts"

/** As an import without a report would read the file. */
const importOf = (args: SubmitArguments) => ({
  ...Struct.omit(args, ["id", "key", "lanes", "database", "detach", "wait"]),
  // A job may be carried out long after its plan was made.
  checkBeforeWrite: args.ifExists === "update",
  dryRun: true,
  preview: undefined,
  revert: undefined,
  report: undefined,
  restart: true,
  html: undefined,
  web: false,
})

/** Checks the file as an import does, and ends as it does where that would send nothing. */
const prepare = Effect.fnUntraced(function* (given: SubmitArguments) {
  const opened = yield* checkFile(importOf(given))
  const { file, label, limits, options, outage, preview, repetitions, settings, settled, source, summary, uses } =
    opened
  const args = { ...opened.args, dryRun: false }
  const command = "jobs submit"
  const found = checked.of(opened, args, command)
  yield* checked.review(found)
  yield* Doubts.reviewRows(label, found.open, checked.document(found))
  const content = file.lastDigest() ?? (yield* Effect.mapError(Content.digest(file.bytes), failures.ofSource(label)))
  const updates = args.ifExists === "update" ? { only: onlyOf(args.only, opened), limits } : undefined
  const identity = { args, command, settings, source, content, options, label }
  const rows = { reader: settled, file, summary, repetitions, known: undefined }
  return { ...identity, ...rows, outage, updates, preflight: { label, uses, columns: preview.columns } } satisfies Job
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

/** What the rows are made of: the file, how it is read, and what is made of accounts that exist. */
const sourceOf = Effect.fnUntraced(function* (job: Job) {
  const { content, mapping } = yield* subjectOf(job)
  const { updates } = job
  return [content, mapping, ...(updates === undefined ? [] : ["update", ...(updates.only ?? [])])].join(" ")
})

const optionsOf = Effect.fnUntraced(function* (given: SubmitArguments, job: Job) {
  const { content, outage, settings } = job
  return {
    id: yield* idOf(given, content),
    source: yield* sourceOf(job),
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
  } satisfies ImportJob.JobOptions
})

export const run = Effect.fnUntraced(function* (given: SubmitArguments) {
  const output = yield* Output
  yield* checkWait(given)
  yield* (yield* Platform).keepHeapSmall
  const job = yield* prepare(given)
  const { label } = job
  const options = yield* optionsOf(given, job)
  const { id } = options
  const address = yield* Database.addressOf(given.database)
  const { context, jobs } = yield* Database.open(address)
  const submitted = yield* jobs.submit(rowsOf(job, options.apiKey, context), options).pipe(
    Effect.asSome,
    Effect.catchTags({
      NothingToSend: () => Effect.succeedNone,
      JobError: (error) => Effect.fail(Database.failureOf(error)),
      JournalError: (error) => Effect.fail(failures.ofJournal(error)),
      SourceError: (error) => Effect.fail(failures.ofSource(label)(error)),
    }),
  )
  if (Option.isNone(submitted)) return
  const rows = words.plural(submitted.value.rows, "row")
  if (!isSeenThrough(given, address)) {
    return yield* output.succeed({
      confirmation: true,
      document: { job: Told.document(submitted.value) },
      lines: [
        `${output.paint("green", "✔")} ${visible(label)} is the job ${id}: ${rows} in ${Database.nameOf(address)}.`,
        "  'aptrinsic worker' carries it out; 'aptrinsic jobs status' tells how far it is.",
      ],
    })
  }
  yield* output.note(`${visible(label)} is the job ${id}: ${rows}.`)
  return yield* seeThrough(jobs, id, {
    database: "file" in address ? context : undefined,
    progress: given.progress,
    existFails: given.ifExists === "fail",
  })
}, Effect.scoped)
