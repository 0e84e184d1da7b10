/** Writes all accounts to a file or to stdout, page by page. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as InputText from "../../../input/InputText.ts"
import * as AccountsFailure from "../../../output/AccountsFailure.ts"
import { Failure, usage } from "../../../output/Failure.ts"
import { Output } from "../../../output/Output.ts"
import { Platform } from "../../../Platform.ts"
import * as Progress from "../import/Progress.ts"
import * as words from "../import/words.ts"
import * as pages from "../pages.ts"
import * as Columns from "./columns.ts"
import { type Format, lines } from "./formats.ts"
import { into, type Write } from "./target.ts"

export interface Arguments {
  readonly file: string | undefined
  readonly format: Format | undefined
  readonly filter: string | undefined
  readonly columns: string | undefined
  readonly force: boolean
}

const others = /\.(?:xlsx?|json|tsv|gz|zip)$/i

const formatOf = (file: string | undefined, format: Format | undefined): Effect.Effect<Format, Failure> => {
  if (format !== undefined || file === undefined) return Effect.succeed(format ?? "csv")
  const [other] = others.exec(file) ?? []
  if (other !== undefined) {
    return usage(
      `${InputText.label(file)} ends with ${visible(other)}; accounts are written as CSV or NDJSON.`,
      "Name a file that ends with .csv or .ndjson, or pass --format.",
    )
  }
  return Effect.succeed(/\.(?:ndjson|jsonl)$/i.test(file) ? "ndjson" : "csv")
}

const view = (written: () => number, counted: () => number | undefined): Progress.View => {
  const of = () => (counted() === undefined ? "" : ` of ${words.count(counted()!)}`)
  return {
    draw: () => [
      ...(counted() === undefined ? [] : [Progress.bar(written() / Math.max(1, counted()!))]),
      `${words.count(written())}${of()} accounts`,
    ],
    tell: () => `export: ${written()} accounts`,
    document: () => ({ event: "export", accounts: written() }),
  }
}

const brokenOff = (failure: Failure, file: string | undefined, written: number) =>
  new Failure({
    ...failure,
    message: failure.message,
    hints: [
      ...(failure.hints ?? []),
      file === undefined
        ? `The output is incomplete: it ends after ${words.plural(written, "account")}.`
        : `${InputText.label(file)} was not written.`,
    ],
    extra: { ...failure.extra, accounts: written },
  })

export const run = Effect.fnUntraced(function* (args: Arguments) {
  const output = yield* Output
  const file = args.file === "-" ? undefined : args.file
  if (file === "") return yield* usage("FILE needs the name of a file; it is empty.")
  if (output.json && file === undefined) {
    return yield* usage(
      "--json prints its document where the accounts would go.",
      "Name a file, or pass --format ndjson for a line of JSON for each account.",
    )
  }
  const format = yield* formatOf(file, args.format)
  const { head, line } = lines[format](yield* Columns.parse(args.columns))
  const connection = yield* pages.connect
  yield* (yield* Platform).keepHeapSmall
  let written = 0
  let counted: number | undefined
  const isDrawnApart = file !== undefined || output.columns === undefined
  const shown = view(
    () => written,
    () => counted,
  )

  const produce = Effect.fnUntraced(function* (write: Write) {
    const progress = isDrawnApart ? yield* Progress.show(shown, undefined) : undefined
    // Spreadsheets take a file without the mark for another encoding.
    yield* write(file !== undefined && format === "csv" ? `\ufeff${head}` : head)
    yield* pages
      .forEach(connection, args, (accounts, total) =>
        Effect.map(write(accounts.map(line).join("")), () => {
          written += accounts.length
          counted = total
        }),
      )
      .pipe(
        Effect.ensuring(progress?.end ?? Effect.void),
        Effect.catchTag("AccountsError", (error) => brokenOff(AccountsFailure.make(error, connection), file, written)),
      )
  }, Effect.scoped)

  yield* into(file, args.force, produce)
  const many = words.plural(written, "account")
  if (file === undefined) return yield* output.note(`${many} written.`)
  return yield* output.succeed({
    document: { file, format, accounts: written },
    lines: [`${output.paint("green", "✔")} Wrote ${many} to ${InputText.label(file)}`],
    confirmation: true,
  })
}, Effect.scoped)
