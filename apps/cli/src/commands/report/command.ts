/** Shows what an import came to, from its report alone. */
import * as ImportSummary from "@effect-aptrinsic/bulk/ImportSummary"
import * as JournalReader from "@effect-aptrinsic/bulk/JournalReader"
import { RowHistory } from "@effect-aptrinsic/bulk/RowHistory"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as FileName from "../../input/FileName.ts"
import * as InputText from "../../input/InputText.ts"
import { exitCodes, ExitWith, Failure, usage } from "../../output/Failure.ts"
import { Output } from "../../output/Output.ts"
import * as history from "./history.ts"
import * as left from "./left.ts"
import * as text from "./text.ts"
import { failureOf, reportOf } from "./where.ts"

interface Arguments {
  readonly files: ReadonlyArray<string>
  readonly failed: boolean
  readonly row: number | undefined
  readonly line: number | undefined
  readonly id: string | undefined
  readonly html: string | undefined
  readonly exitCode: boolean
}

type Document = { readonly [name: string]: Schema.Json }

const encodeSummary = Schema.encodeSync(ImportSummary.ImportSummary)
const encodeHistory = Schema.encodeSync(RowHistory)

const showHistory = Effect.fnUntraced(function* (
  { id, line, row }: Arguments,
  path: string,
  others: ReadonlyArray<string>,
) {
  const output = yield* Output
  const found = yield* JournalReader.history(path, { row, line, id }, others).pipe(Effect.mapError(failureOf))
  const what = id === undefined ? (row === undefined ? `line ${line}` : `row ${row}`) : visible(id, 100)
  if (found.steps.length === 0) {
    return yield* new Failure({
      exitCode: exitCodes.notFound,
      code: "not_found",
      message: `${InputText.label(path)} tells nothing of ${what}.`,
      hints: ["A row that was not sent yet has no line; ids are case-sensitive."],
    })
  }
  const first = found.steps[0]!
  const place = first.line === undefined ? `row ${first.row}` : `row ${first.row}, line ${first.line}`
  yield* output.succeed({
    document: { report: path, ...(encodeHistory(found) as unknown as Document) },
    lines: [
      `${first.id === "" ? "A row without an id" : visible(first.id)} (${place}), in UTC`,
      ...history.lines(found),
    ],
  })
})

const showLeft = Effect.fnUntraced(function* (path: string, others: ReadonlyArray<string>) {
  const output = yield* Output
  if (output.json) {
    return yield* usage(
      "--failed prints CSV.",
      "Leave out one of --failed and --json; `reasons` of --json has rows, too.",
    )
  }
  const lines = JournalReader.openRows(path, others).pipe(
    Stream.mapError(failureOf),
    Stream.map((row) => left.lines(row, output.columns !== undefined)),
    Stream.chunks,
    Stream.map((chunk) => chunk.join("")),
  )
  // A report that cannot be read has no header either.
  let head = left.head
  yield* Stream.runForEach(lines, (text) => {
    const written = output.write(`${head}${text}`)
    head = ""
    return written
  })
  if (head !== "") yield* output.write(head)
})

const pages = Effect.promise(() => import("../../page/report.ts"))

/** The files that a summary is made of or tells of, by their names: its reports, and beside each the file that was imported. */
const filesOf = Effect.fnUntraced(function* (
  paths: ReadonlyArray<string>,
  { journals, setBack = [] }: ImportSummary.ImportSummary,
) {
  const path = yield* Path.Path
  const names = [...journals.flatMap(({ file, name }) => [file, name]), ...setBack.map(({ name }) => name)]
  return paths.flatMap((each) => names.map((name) => path.resolve(path.dirname(each), name)))
})

/** Writes the page, but over no file that it tells of. */
const writePage = Effect.fnUntraced(function* (
  html: string,
  summary: ImportSummary.ImportSummary,
  given: ReadonlyArray<string>,
) {
  yield* FileName.require("--html", html)
  const own = [...given, ...(yield* filesOf(given, summary))]
  const taken = own.map((name): FileName.Taken => [name, "a report, or a file that was imported"])
  yield* FileName.keepApart("--html", html, taken)
  yield* (yield* pages).write(html, summary)
})

export const run = Effect.fnUntraced(function* (args: Arguments) {
  const output = yield* Output
  const wanted = [args.row, args.line, args.id].filter((value) => value !== undefined).length
  if (args.html !== undefined && wanted + (args.failed ? 1 : 0) > 0) {
    return yield* usage("--html shows the whole report: leave out --failed, --row, --line and --id.")
  }
  if (wanted + (args.failed ? 1 : 0) > 1) return yield* usage("Give one of --failed, --row, --line and --id.")
  const [path, ...others] = yield* Effect.forEach(args.files, reportOf)
  if (path === undefined) return
  if (wanted === 1) return yield* showHistory(args, path, others)
  if (args.failed) return yield* showLeft(path, others)
  const summary = yield* Effect.mapError(JournalReader.summarize(path, others), failureOf)
  const { html } = args
  if (html !== undefined) yield* writePage(html, summary, [path, ...others, ...args.files])
  yield* output.succeed({
    document: { report: path, pageFile: html ?? null, ...(encodeSummary(summary) as unknown as Document) },
    lines: [
      ...text.lines(summary, output.paint),
      ...(html === undefined ? [] : ["", `${InputText.label(html)} shows it in a browser`]),
    ],
  })
  if (args.exitCode && summary.state !== "complete") return yield* new ExitWith({ exitCode: exitCodes.rowsFailed })
})
