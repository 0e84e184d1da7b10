/** Writes all accounts to a file or to stdout, page by page. */
import type { Account } from "@effect-aptrinsic/core/Account"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as InputText from "../../../input/InputText.ts"
import * as AccountsFailure from "../../../output/AccountsFailure.ts"
import { Failure, usage } from "../../../output/Failure.ts"
import { Output } from "../../../output/Output.ts"
import { Platform } from "../../../Platform.ts"
import * as Progress from "../import/Progress.ts"
import * as words from "../import/words.ts"
import * as pages from "../pages.ts"
import * as Columns from "./columns.ts"
import { type Format, writers } from "./formats.ts"
import { into, type Write } from "./target.ts"

interface Arguments {
  readonly file: string | undefined
  readonly format: Format | undefined
  readonly filter: string | undefined
  readonly columns: string | undefined
  readonly force: boolean
}

const others = /\.(?:xlsm|xls|json|tsv|gz|zip)$/i

const formatOf = (file: string | undefined, format: Format | undefined): Effect.Effect<Format, Failure> => {
  if (format !== undefined || file === undefined) return Effect.succeed(format ?? "csv")
  const [other] = others.exec(file) ?? []
  if (other !== undefined) {
    return usage(
      `${InputText.label(file)} ends with ${visible(other)}; accounts are written as CSV, NDJSON or Excel.`,
      "Name a file that ends with .csv, .ndjson or .xlsx, or pass --format.",
    )
  }
  if (/\.xlsx$/i.test(file)) return Effect.succeed("xlsx")
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

const tooMany = (total: number, most: number) =>
  usage(
    `There are ${words.count(total)} accounts, and a sheet of Excel has room for ${words.count(most)}.`,
    "Write CSV or NDJSON, which have no limit, or fewer accounts with --filter.",
  )

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
  if (format === "xlsx" && file === undefined && output.columns !== undefined) {
    return yield* usage("A terminal cannot show a workbook.", "Name a file, or pipe it into a program.")
  }
  const writer = writers[format](yield* Columns.parse(args.columns))
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
    if (file !== undefined && format === "csv") yield* write("\ufeff")
    yield* write(writer.begin())
    const take = Effect.fnUntraced(function* (accounts: ReadonlyArray<Account>, total: number | undefined) {
      if ((total ?? 0) > writer.most) return yield* brokenOff(tooMany(total ?? 0, writer.most), file, written)
      const part = Result.mapError(writer.accounts(accounts), (failure) => brokenOff(failure, file, written))
      yield* write(yield* Effect.fromResult(part))
      written += accounts.length
      counted = total
    })
    yield* pages.forEach(connection, args, take).pipe(
      Effect.ensuring(progress?.end ?? Effect.void),
      Effect.catchTag("AccountsError", (error) => brokenOff(AccountsFailure.make(error, connection), file, written)),
    )
    yield* write(writer.end())
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
