/** Imports a file of accounts: everything is checked, then sent under a journal that the next run of the same command continues. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Check from "@effect-aptrinsic/files/internal/shared/check"
import * as Content from "@effect-aptrinsic/files/internal/shared/content"
import * as Mapping from "@effect-aptrinsic/files/internal/shared/mapping"
import * as MappingOptions from "@effect-aptrinsic/files/MappingOptions"
import * as Source from "@effect-aptrinsic/files/Source"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Record from "effect/Record"
import * as Result from "effect/Result"
import * as Stdio from "effect/Stdio"
import * as String from "effect/String"
import * as Settings from "../../../config/Settings.ts"
import { canAsk } from "../../../input/Ask.ts"
import * as FileName from "../../../input/FileName.ts"
import * as InputText from "../../../input/InputText.ts"
import { Failure, usage } from "../../../output/Failure.ts"
import { Output, table } from "../../../output/Output.ts"
import { Platform } from "../../../Platform.ts"
import * as Doubts from "../Doubts.ts"
import { requireRoom } from "../export/target.ts"
import { onlyOf } from "../plan/planning.ts"
import * as Back from "./back.ts"
import * as checked from "./checked.ts"
import * as Earlier from "./earlier.ts"
import { contractOf, examine, isEncoding, unwritable } from "./examine.ts"
import * as failures from "./failures.ts"
import { type Arguments, files, type Given } from "./flags.ts"
import { foreseen } from "./foreseen.ts"
import type { Job } from "./Job.ts"
import { limitsOf } from "./limits.ts"
import { mappingOptions, outageOf, reportOf, withColumns } from "./options.ts"
import * as Preflight from "./preflight/preflight.ts"
import { send } from "./send.ts"
import { standingOf } from "./standing.ts"
import * as unmapped from "./unmapped.ts"

/** A file that can be read more than once: that of stdin is copied. */
const toFile = Effect.fnUntraced(function* (file: string) {
  const path = yield* Path.Path
  if (file !== "-") return path.resolve(file)
  const { stdin } = yield* Stdio.Stdio
  const copy = yield* Source.spool(stdin).pipe(
    Effect.mapError((error) =>
      error._tag === "SourceError" ? failures.ofSource("stdin")(error) : usage("stdin cannot be read."),
    ),
  )
  yield* (yield* Platform).removeOnAbort(copy)
  return copy
})

/** The files beside the one that is imported, and what becomes of each. */
const filesOf = (args: Arguments) =>
  Record.toEntries(files).map(([key, use]) => ({
    flag: `--${String.kebabCase(key)}`,
    name: key === "report" ? reportOf(args) : args[key],
    use,
  }))

/** Refuses to write over the file that is read, or over another file that is written. */
const keepApart = Effect.fnUntraced(function* (args: Arguments, file: string) {
  const taken: Array<FileName.Taken> = [[file, "the file that is imported"]]
  for (const { flag, name, use } of filesOf(args)) {
    if (name === undefined) continue
    // A mapping may be saved where it was read.
    const others = flag === "--save-mapping" ? taken.filter(([other]) => other !== args.mapping) : taken
    yield* FileName.keepApart(flag, name, others)
    taken.push([name, use === "continued" ? "the report" : `the file of ${flag}`])
  }
})

/** A pipe that nobody reads would hold up the import, and a device keeps nothing. */
const refuseSpecialFiles = Effect.fnUntraced(function* (args: Arguments) {
  const fs = yield* FileSystem.FileSystem
  for (const { flag, name, use } of filesOf(args)) {
    const found = name === undefined || use !== "written" ? Option.none() : yield* Effect.option(fs.stat(name))
    if (Option.isSome(found) && !["File", "Directory"].includes(found.value.type)) {
      return yield* usage(`${flag} names a pipe or a device, not a file.`, "Name a file.")
    }
  }
})

/** Refuses flags that contradict each other, and values that no flag takes. */
const checkFlags = Effect.fnUntraced(function* (args: Arguments, settings: Settings.Settings) {
  if (args.file === "-" && !args.dryRun && args.report === undefined) {
    return yield* usage("An import from stdin needs --report FILE, so that it can be continued.")
  }
  if (args.file === "-" && settings.apiKey?.value._tag === "File" && settings.apiKey.value.path === "-") {
    return yield* usage("The accounts and the API key cannot both come from stdin.")
  }
  if (args.file !== "-") yield* FileName.require("FILE", args.file)
  for (const { flag, name } of filesOf(args)) if (name !== undefined) yield* FileName.require(flag, name)
  yield* refuseSpecialFiles(args)
  if (args.html !== undefined) yield* requireRoom(args.html)
})

/** Writes what the flags say, and what becomes of each column, matched or not. */
const saveMapping =
  (
    fs: FileSystem.FileSystem,
    path: string | undefined,
    said: MappingOptions.MappingOptions,
    mapping: Mapping.Mapping,
  ) =>
  (columns: ReadonlyArray<string>) => {
    if (path === undefined) return Effect.void
    const completed = mapping.completed(columns).options
    const text = MappingOptions.stringify({ ...completed, ...said, ...completed })
    return Effect.mapError(fs.writeFileString(path, text), unwritable("--save-mapping", path))
  }

/** Which sheet is read of those that could be. */
const tellSheet = Effect.fnUntraced(function* (label: string, { sheet }: Source.Source) {
  if (sheet === undefined || sheet.others.length === 0) return
  const output = yield* Output
  const names = [sheet.name, ...sheet.others].map((name) => visible(JSON.stringify(name), 40))
  const others = names.slice(1, 6).join(", ")
  yield* output.note(
    `Reading sheet ${names[0]} of ${label}; --sheet NAME reads another: ${others}${names.length > 6 ? ", …" : ""}.`,
  )
})

const mappingOf = (options: MappingOptions.MappingOptions, args: Arguments) =>
  Effect.mapError(Effect.fromResult(Mapping.make(options, contractOf(args))), failures.ofOptions)

/** The mapping by the flags, and by what is answered about columns that match nothing. `said` is what a saved mapping keeps. */
const mappingFor = Effect.fnUntraced(function* (
  args: Arguments,
  columns: ReadonlyArray<string> | undefined,
  said: MappingOptions.MappingOptions,
  options: MappingOptions.MappingOptions,
) {
  const mapping = yield* mappingOf(options, args)
  const open = columns === undefined || args.unmapped !== undefined ? [] : mapping.completed(columns).open
  const answers = yield* unmapped.askFor(open)
  if (answers === undefined) {
    // Nobody answered: the refusal names every column that is open.
    const refusing =
      open.length > 0 && (yield* canAsk) ? { ...options, unmapped: options.unmapped ?? ("refuse" as const) } : options
    return { said, options: refusing, mapping: yield* mappingOf(refusing, args) }
  }
  if (args.saveMapping === undefined) yield* unmapped.tellHowToKeep
  const answered = unmapped.withAnswers(options, answers)
  return { said: unmapped.withAnswers(said, answers), options: answered, mapping: yield* mappingOf(answered, args) }
})

/** Practice in a sandbox has a report of its own, which stands in nobody's way. */
const reportApart = (args: Arguments, settings: Settings.Settings): Arguments =>
  args.report === undefined && args.file !== "-" && Settings.isPractice(settings)
    ? { ...args, report: `${args.file}.sandbox.ndjson` }
    : args

/** Reads the flags and opens the file; nothing of it is checked yet. */
const openFile = Effect.fnUntraced(function* (given: Arguments) {
  const settings = yield* Settings.resolve
  const args = reportApart(withColumns(given), settings)
  const label = InputText.label(args.file)
  yield* checkFlags(args, settings)
  const outage = yield* outageOf(args)
  const limits = yield* limitsOf(args)
  const accepted = yield* Doubts.acceptedOf(args.accept, ["similar_id", "salesforce_id"])
  const keys = settings.productKeys?.value
  const said = yield* mappingOptions(args, settings.productKeysGiven ? keys : undefined)
  const options = keys === undefined || said.productKeys !== undefined ? said : { ...said, productKeys: keys }
  // Wrong flags are refused before the file is read.
  yield* mappingOf(options, args)
  const path = yield* toFile(args.file)
  yield* keepApart(args, path)
  const file = Content.digested(yield* Content.bytesOf(path))
  const source = yield* Effect.mapError(
    Source.open(file.bytes, { ...said.file, locale: said.locale }),
    failures.ofSource(label),
  )
  yield* tellSheet(label, source)
  const mapped = yield* mappingFor(args, source.columns, said, options)
  const save = saveMapping(yield* FileSystem.FileSystem, args.saveMapping, mapped.said, mapped.mapping)
  const repetitions = Check.makeRepetitions()
  return { ...mapped, args, settings, label, outage, limits, accepted, file, source, save, repetitions }
})

const read = Effect.fnUntraced(function* (given: Arguments) {
  const opened = yield* openFile(given)
  // A plan is made of what PX holds, whatever a report knows.
  const looked =
    given.ifExists === "update" ? Result.succeed(undefined) : yield* Earlier.earlierOf(opened, opened.file.bytes)
  return { ...opened, looked, ...(yield* examine(opened, Result.getOrUndefined(looked))) }
})

/** The encoding of Excel on Windows. Text of many other encodings can be read in it, too: only a person sees whether it is right. */
const supposed = "windows-1252"

/** A file that is not UTF-8 is refused with what it would be otherwise, so that the next command can say all that it needs. */
const suppose = Effect.fnUntraced(function* (given: Arguments, failure: Failure) {
  // Nothing is asked about a file whose encoding is not known.
  const unmapped = given.unmapped ?? ((yield* canAsk) ? ("refuse" as const) : undefined)
  const encoded = { ...given, encoding: supposed, unmapped }
  const { languages, text } = yield* read(encoded).pipe(
    Effect.map(({ args, preview, summary }) => ({
      languages: preview.languages,
      text: checked.linesOf(args, summary, preview),
    })),
    Effect.catchTag("Failure", ({ languages = [], problems = [], text = [] }) =>
      Effect.succeed({
        languages,
        text: [...table(problems.map(({ field, message }) => [field, message])).map((line) => `  ${line}`), ...text],
      }),
    ),
  )
  // The flag of a language sets the encoding too.
  const [language] = languages
  return yield* new Failure({
    ...failure,
    message: failure.message,
    text: text.length === 0 ? [] : [`  Read as ${supposed}:`, ...text],
    hints:
      language === undefined
        ? (failure.hints ?? [])
        : [`Save it as UTF-8, or pass --locale ${language}, which reads it as ${supposed}.`],
  })
})

const canSuppose = ({ encoding, file }: Arguments, failure: Failure) =>
  encoding === undefined && file !== "-" && isEncoding(failure)

/** Reads and checks every row of the file; sends nothing. */
export const checkFile = (given: Arguments) =>
  Effect.catchTag(read(given), "Failure", (failure) =>
    canSuppose(given, failure) ? suppose(given, failure) : Effect.fail(failure),
  )

/** Checks the file and tells what was found; gives what is to be sent, and nothing in a dry run. */
const prepare = Effect.fnUntraced(function* (given: Arguments) {
  const opened = yield* checkFile(given)
  const { args, file, label, limits, looked, options, outage, preview } = opened
  const { repetitions, settings, settled, source, summary, uses } = opened
  const earlier = Result.getOrUndefined(looked)
  const found = checked.of(opened, args)
  const { open } = found
  if (summary.rows === 0) return yield* checked.tellEmpty(found)
  yield* checked.review(found)
  const content = file.lastDigest() ?? (yield* Effect.mapError(Content.digest(file.bytes), failures.ofSource(label)))
  const identity = { args, settings, source, content, options, label }
  const preflight = { label, uses, columns: preview.columns }
  const updates = args.ifExists === "update" ? { only: onlyOf(args.only, opened), limits } : undefined
  const known = earlier?.counts
  const rows = { reader: settled, file, summary, repetitions, known }
  const job = { ...identity, ...rows, outage, updates, preflight } satisfies Job
  if (args.dryRun) {
    if (open.size > 0) return yield* Doubts.refusedRows(label, open, checked.document(found))
    if (args.preflight === true) yield* Preflight.alone(preflight, settings)
    const changed =
      earlier === undefined
        ? 0
        : yield* Effect.mapError(
            Earlier.countChanged(earlier, Check.check(settled, { repetitions })(source.rows)),
            failures.ofSource(label),
          )
    yield* checked.tellDryRun(found, yield* standingOf(identity, looked, changed), yield* foreseen(job))
    return undefined
  }
  yield* Doubts.reviewRows(label, open, checked.document(found))
  return job
})

export const run = Effect.fnUntraced(function* ({ file, ...flags }: Given) {
  yield* (yield* Platform).keepHeapSmall
  if (flags.dryRun && (flags.web || flags.html !== undefined)) {
    return yield* usage(
      `${flags.web ? "--web" : "--html"} does not go with --dry-run, which sends nothing.`,
      "'aptrinsic accounts diff FILE --html PAGE' shows what a file would create and change.",
    )
  }
  if (flags.revert !== undefined) return yield* send(yield* Back.prepare({ ...flags, file }))
  if (file === undefined) return yield* usage("FILE is missing.", "See 'aptrinsic accounts import --help'.")
  // What `prepare` keeps for the check is freed when it returns: sending needs the memory.
  const job = yield* prepare({ ...flags, file })
  if (job !== undefined) yield* send(job)
}, Effect.scoped)
