/** Imports a file of accounts: everything is checked, then sent under a journal that the next run of the same command continues. */
import * as Estimate from "@effect-aptrinsic/bulk/Estimate"
import { phraseOf } from "@effect-aptrinsic/bulk/FileErrors"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Check from "@effect-aptrinsic/files/Check"
import * as Mapping from "@effect-aptrinsic/files/Mapping"
import * as MappingOptions from "@effect-aptrinsic/files/MappingOptions"
import type { Problem } from "@effect-aptrinsic/files/Problem"
import * as Source from "@effect-aptrinsic/files/Source"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import * as Stdio from "effect/Stdio"
import * as Settings from "../../../config/Settings.ts"
import * as InputText from "../../../input/InputText.ts"
import { exitCodes, Failure, usage } from "../../../output/Failure.ts"
import { Output } from "../../../output/Output.ts"
import { Platform } from "../../../Platform.ts"
import * as Doubts from "../Doubts.ts"
import * as failures from "./failures.ts"
import type { Arguments } from "./flags.ts"
import { mappingOptions, reportOf } from "./options.ts"
import * as problems from "./problems.ts"
import * as Progress from "./Progress.ts"
import { send } from "./send.ts"
import * as words from "./words.ts"

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

/** The files beside the one that is imported, by flag. */
const filesOf = (args: Arguments) => ({
  "--mapping": args.mapping,
  "--report": reportOf(args),
  "--problems": args.problems,
  "--save-mapping": args.saveMapping,
})

/** What is written may not take the place of what is read, nor of what else is written, by whatever name or link. */
const keepApart = Effect.fnUntraced(function* (args: Arguments, file: string) {
  const path = yield* Path.Path
  const fs = yield* FileSystem.FileSystem
  const real = (name: string) => Effect.orElseSucceed(fs.realPath(name), () => path.resolve(name))
  const taken = new Map([[yield* real(file), "the file that is imported"]])
  for (const [flag, name] of Object.entries(filesOf(args))) {
    if (name === undefined) continue
    const known = taken.get(yield* real(name))
    const isKept = known === "the file of --mapping" && flag === "--save-mapping"
    if (known !== undefined && !isKept) {
      return yield* usage(`${flag} names ${known}.`, "Name another file: this one would be lost.")
    }
    taken.set(yield* real(name), flag === "--report" ? "the report" : `the file of ${flag}`)
  }
})

const unwritable = (flag: string, path: string) => (error: PlatformError) =>
  usage(`${InputText.label(path)} cannot be written: ${phraseOf(error)[0]}.`, `Name another file with ${flag}.`)

/** A pipe that nobody reads would hold up the import, and a device keeps nothing. */
const refuseSpecialFiles = Effect.fnUntraced(function* (args: Arguments) {
  const fs = yield* FileSystem.FileSystem
  for (const flag of ["--problems", "--save-mapping"] as const) {
    const name = filesOf(args)[flag]
    const found = name === undefined ? Option.none() : yield* Effect.option(fs.stat(name))
    if (Option.isSome(found) && !["File", "Directory"].includes(found.value.type)) {
      return yield* usage(`${flag} names no file but a pipe or a device.`, "Name a file.")
    }
  }
})

const outageOf = ({ outage }: Arguments) =>
  Effect.mapError(Effect.fromOption(Settings.parseDuration(outage)), () =>
    usage(`--outage is "${visible(outage, 60)}"; it must be a time such as 15m or 2h.`),
  )

/** Writes every problem as a line of JSON. */
const problemFile = Effect.fnUntraced(function* (path: string | undefined) {
  if (path === undefined) return undefined
  const fs = yield* FileSystem.FileSystem
  const failed = Effect.mapError(unwritable("--problems", path))
  const file = yield* failed(fs.open(path, { flag: "w", mode: 0o600 }))
  const encoder = new TextEncoder()
  return (found: ReadonlyArray<Problem>) =>
    failed(file.writeAll(encoder.encode(found.map((problem) => `${JSON.stringify(problem)}\n`).join(""))))
})

const check = Effect.fnUntraced(function* (
  args: Arguments,
  source: Source.Source,
  reader: Mapping.RowReader,
  label: string,
) {
  let rows = 0
  yield* Progress.show(
    () => [`Checking ${label}`, words.plural(rows, "row")],
    () => `check: ${rows} rows`,
  )
  const onProblems = yield* problemFile(args.problems)
  const summary = yield* Check.check(reader)(source.rows).pipe(
    (checked) => Check.summarize(checked, { onProblems, onRows: (total) => Effect.sync(() => void (rows = total)) }),
    Effect.catchTag("SourceError", (error) => Effect.fail(failures.ofSource(label)(error))),
  )
  const settled = yield* Effect.mapError(Effect.fromResult(Mapping.settle(reader)), failures.ofMapping(label))
  if (summary.rows === 0) {
    return yield* new Failure({
      exitCode: exitCodes.invalid,
      code: "invalid",
      message: `${label} has no rows${source.columns === undefined ? "" : ", only a header"}. Nothing was sent.`,
    })
  }
  return { summary, settled }
}, Effect.scoped)

/** What the check of a file came to. */
interface Checked {
  readonly args: Arguments
  readonly label: string
  readonly summary: Check.Summary
  /** Serious doubts by code, without those that are accepted. */
  readonly open: ReadonlyMap<string, number>
}

const checkDocument = ({ args, open, summary }: Checked) => ({
  command: "accounts import",
  file: args.file,
  dryRun: args.dryRun,
  rows: summary.rows,
  valid: summary.valid,
  invalid: summary.invalid,
  doubtful: summary.doubtful,
  toAccept: [...open.keys()],
  problems: problems.document(summary.errors),
  problemCount: summary.errorCount,
  warnings: problems.document(summary.warnings),
  warningCount: summary.warningCount,
})

/** The rows that may not be sent, and the way out. */
const refuse = (checked: Checked) => {
  const { args, label, summary } = checked
  const { errorCount, errors, invalid, rows, valid } = summary
  const rest =
    args.problems === undefined ? "; --problems FILE writes all of them" : ` in ${InputText.label(args.problems)}`
  return new Failure({
    exitCode: exitCodes.invalid,
    code: "invalid",
    message: `${label}: ${words.count(invalid)} of ${words.plural(rows, "row")} ${invalid === 1 ? "is" : "are"} invalid (${words.plural(errorCount, "problem")}). Nothing was sent.`,
    text: problems.lines(errors, errorCount, rest),
    hints: [
      `Correct ${invalid === 1 ? "it" : "them"} and run again${valid === 0 ? "." : `, or import the ${words.plural(valid, "valid row")} with --skip-invalid${args.skipInvalid ? " alone" : ""}.`}`,
    ],
    extra: checkDocument(checked),
  })
}

const told = Effect.fnUntraced(function* ({ args, open, summary }: Checked) {
  if (summary.warningCount === 0) return
  const output = yield* Output
  const rest = args.problems === undefined ? "; --problems FILE writes all of them" : ""
  yield* output.note(
    `${output.paint("yellow", "!")} ${words.plural(summary.warningCount, "value")} to look at${summary.serious.size > 0 ? "" : "; they are sent as they are"}.`,
  )
  yield* Effect.forEach(problems.lines(summary.warnings, summary.warningCount, rest), output.note, { discard: true })
  // Without --dry-run they are asked about or refused, which says the same.
  if (args.dryRun && open.size > 0) {
    yield* output.note(`  If they are right, sending them needs ${Doubts.acceptFlag(open.keys())}`)
  }
})

/** What flags may not say together, and what they may not say at all. */
const checkFlags = Effect.fnUntraced(function* (args: Arguments, settings: Settings.Settings) {
  if (args.file === "-" && !args.dryRun && args.report === undefined) {
    return yield* usage("An import from stdin needs --report FILE, so that it can be continued.")
  }
  if (args.file === "-" && settings.apiKey?.value._tag === "File" && settings.apiKey.value.path === "-") {
    return yield* usage("The accounts and the API key cannot both come from stdin.")
  }
  for (const [what, name] of Object.entries({ FILE: args.file, ...filesOf(args) })) {
    const isDash = name === "-" && what !== "FILE"
    if (!isDash && name !== "") continue
    return yield* usage(`${what} wants the name of a file; ${isDash ? "- is none" : "it is empty"}.`)
  }
  yield* refuseSpecialFiles(args)
})

const saveMapping = Effect.fnUntraced(function* (path: string | undefined, said: MappingOptions.MappingOptions) {
  if (path === undefined) return
  const fs = yield* FileSystem.FileSystem
  yield* Effect.mapError(fs.writeFileString(path, MappingOptions.stringify(said)), unwritable("--save-mapping", path))
})

/** The end of a dry run: the rows are valid, and what sending them will take. */
const tellEstimate = Effect.fnUntraced(function* (checked: Checked) {
  const { args, label, summary } = checked
  const output = yield* Output
  const { dailyQuota, rate } = args
  const estimate = Estimate.estimate(summary.valid, { requestsPerSecond: rate, requestsPerDay: dailyQuota })
  const quota =
    estimate.days > 1
      ? `over ${words.plural(estimate.days, "day")} with a quota of ${words.count(dailyQuota)} each`
      : `${words.share(summary.valid, dailyQuota)} of a day's quota of ${words.count(dailyQuota)}`
  yield* output.succeed({
    confirmation: true,
    document: {
      ...checkDocument(checked),
      estimate: { ...estimate, dailyQuota },
    },
    lines: [
      `${output.paint("green", "✔")} ${label}: ${summary.rows === 1 ? "its one row is" : `all ${words.count(summary.rows)} rows are`} valid. Nothing was sent.`,
      `  Importing takes ${words.plural(estimate.requests, "request")}: about ${words.duration(estimate.seconds)} at ${words.count(rate)}/s, ${quota}.`,
    ],
  })
})

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

export const run = Effect.fnUntraced(function* (args: Arguments) {
  const settings = yield* Settings.resolve
  const label = InputText.label(args.file)
  yield* checkFlags(args, settings)
  const outage = yield* outageOf(args)
  const accepted = yield* Doubts.acceptedOf(args.accept)
  const keys = settings.productKeys?.value
  const said = yield* mappingOptions(args, settings.productKeysGiven ? keys : undefined)
  const options = keys === undefined || said.productKeys !== undefined ? said : { ...said, productKeys: keys }
  const mapping = yield* Effect.mapError(Effect.fromResult(Mapping.make(options)), failures.ofOptions)
  const path = yield* toFile(args.file)
  yield* keepApart(args, path)
  const file = Source.digested(yield* Source.bytesOf(path))
  const source = yield* Effect.mapError(Source.open(file.bytes, args), failures.ofSource(label))
  yield* tellSheet(label, source)
  const reader =
    source.columns === undefined
      ? mapping.forObjects()
      : yield* Effect.mapError(Effect.fromResult(mapping.forColumns(source.columns)), failures.ofMapping(label))
  yield* saveMapping(args.saveMapping, said)

  const { settled, summary } = yield* check(args, source, reader, label)
  const open = new Map([...summary.serious].filter(([code]) => !accepted.has(code)))
  const checked: Checked = { args, label, summary, open }
  yield* told(checked)
  if (summary.invalid > 0 && (args.dryRun || !args.skipInvalid || summary.valid === 0)) return yield* refuse(checked)
  if (args.dryRun) return yield* tellEstimate(checked)
  yield* Doubts.reviewRows(label, open, checkDocument(checked))
  const content = file.lastDigest() ?? (yield* Effect.mapError(Source.digest(file.bytes), failures.ofSource(label)))
  return yield* send({ args, settings, outage, source, reader: settled, file, content, summary, options, label })
}, Effect.scoped)
