/** The accounts that were there before and those whose rows changed: counted, and written beside the file. */
import type { JournalError } from "@effect-aptrinsic/bulk/Journal"
import type { ExistingRow } from "@effect-aptrinsic/bulk/Row"
import { phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as DifferingRows from "@effect-aptrinsic/files/internal/shared/differingRows"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Output } from "../../../output/Output.ts"
import * as words from "./words.ts"
import * as written from "./written.ts"

/** Rows whose accounts differ, over all runs. */
interface Counted {
  readonly rows: number
  /** How many rows differ in a field, the most frequent first. */
  readonly fields: ReadonlyMap<string, number>
}

export interface Differing extends Counted {
  /** Rows that changed since they were sent, as far as they were compared. */
  readonly changed: Counted
  /** The file with both values. */
  readonly file: string | undefined
}

const nothing: Counted = { rows: 0, fields: new Map() }

export const none: Differing = { ...nothing, changed: nothing, file: undefined }

/** Fields that the summary names. */
const shown = 4

/** ` (2 differ: plan 1, name 1)`. */
export const phrase = ({ fields, rows }: Counted): string => {
  if (rows === 0) return ""
  const named = [...fields].slice(0, shown).map(([path, count]) => `${visible(path, 60)} ${words.count(count)}`)
  return ` (${words.count(rows)} ${rows === 1 ? "differs" : "differ"}: ${named.join(", ")}${fields.size > shown ? ", …" : ""})`
}

const makeCount = () => {
  const fields = new Map<string, number>()
  let rows = 0
  return {
    add: ({ values = [] }: ExistingRow) => {
      if (values.length > 0) rows++
      for (const { path } of values) fields.set(path, (fields.get(path) ?? 0) + 1)
    },
    counted: (): Counted => ({ rows, fields: new Map([...fields].toSorted(([, one], [, other]) => other - one)) }),
  }
}

/** Whether a row is told in the file: those that are equal only where `--if-exists fail` counts them. */
const isTold = ({ values }: ExistingRow, isAll: boolean) => isAll || values === undefined || values.length > 0

/** Counts what the report says, and writes it to a file beside `path` when there is anything new; `exists` has also the accounts that do not differ. */
export const tell = Effect.fnUntraced(function* (
  existing: Stream.Stream<ExistingRow, JournalError>,
  path: string,
  isNew: boolean,
  kind: "differs" | "exists",
) {
  const output = yield* Output
  const isAll = kind === "exists"
  const [duplicates, changed] = [makeCount(), makeCount()]
  let told = 0
  yield* Effect.ignore(
    Stream.runForEachArray(existing, (rows) =>
      Effect.sync(() => {
        for (const row of rows) {
          if (isTold(row, isAll)) told++
          if (row.why === "duplicate") duplicates.add(row)
          else changed.add(row)
        }
      }),
    ),
  )
  const counted = { ...duplicates.counted(), changed: changed.counted() }
  if (told === 0 || !isNew) return { ...counted, file: undefined } satisfies Differing
  const rows = Stream.filter(existing, (row) => isTold(row, isAll))
  const file = yield* DifferingRows.write(path, rows, {
    word: kind,
    replaces: yield* written.replaceable(kind, path),
  }).pipe(
    Effect.catch((error) =>
      Effect.as(
        output.warn(
          `The rows whose accounts exist could not be written to a file: ${error._tag === "PlatformError" ? phraseOf(error)[0] : visible(error.message, 400)}.`,
        ),
        undefined,
      ),
    ),
  )
  return { ...counted, file } satisfies Differing
})
