/** The accounts that were there before and differ: counted, and written beside the file. */
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import { phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as DifferingRows from "@effect-aptrinsic/files/DifferingRows"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Output } from "../../../output/Output.ts"
import * as words from "./words.ts"

export interface Differing {
  /** Rows whose accounts differ, over all runs. */
  readonly rows: number
  /** How many rows differ in a field, the most frequent first. */
  readonly fields: ReadonlyMap<string, number>
  /** The file with both values. */
  readonly file: string | undefined
}

export const none: Differing = { rows: 0, fields: new Map(), file: undefined }

/** Fields that the summary names. */
const shown = 4

/** ` (2 differ: plan 1, name 1)`. */
export const phrase = ({ fields, rows }: Differing): string => {
  if (rows === 0) return ""
  const named = [...fields].slice(0, shown).map(([path, count]) => `${visible(path, 60)} ${words.count(count)}`)
  return ` (${words.count(rows)} ${rows === 1 ? "differs" : "differ"}: ${named.join(", ")}${fields.size > shown ? ", …" : ""})`
}

/** Counts what the report says, and writes it to a file beside `path` when there is anything new. */
export const tell = Effect.fnUntraced(function* (reportPath: string, path: string, isNew: boolean) {
  const output = yield* Output
  const differing = JournalFile.differing(reportPath)
  const counts = new Map<string, number>()
  let [rows, changed] = [0, 0]
  yield* Effect.ignore(
    Stream.runForEach(differing, ({ values }) =>
      Effect.sync(() => {
        // Those that changed since they were sent are counted apart.
        if (values.length > 0) rows++
        else changed++
        for (const { path } of values) counts.set(path, (counts.get(path) ?? 0) + 1)
      }),
    ),
  )
  const fields = new Map([...counts].toSorted(([, one], [, other]) => other - one))
  if (rows + changed === 0 || !isNew) return { rows, fields, file: undefined } satisfies Differing
  const file = yield* DifferingRows.write(path, differing).pipe(
    Effect.catch((error) =>
      Effect.as(
        output.warn(
          `The rows that differ could not be written to a file: ${error._tag === "PlatformError" ? phraseOf(error)[0] : visible(error.message, 400)}.`,
        ),
        undefined,
      ),
    ),
  )
  return { rows, fields, file } satisfies Differing
})
