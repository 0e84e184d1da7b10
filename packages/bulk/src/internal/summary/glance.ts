/** A journal by its first line and its last, which say enough of an import that came to its end. */
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import type { Counts, ImportSummary } from "../../ImportSummary.ts"
import { type OfRun, read } from "../journal/line.ts"
import { headerIfAny } from "../journal/load.ts"
import { wayBackMapping } from "../shared/earlier.ts"
import { cut } from "../texts.ts"
import { nameOf } from "./scan.ts"
import { startOf } from "./standing.ts"
import { summarize } from "./summarize.ts"
import { isSetBack, waysBackBeside } from "./waysBack.ts"

/**
 * An import as a list shows it: `lastRun` is the state of its last run, `wayBack` and `setBack` tell of ways back, as in a summary.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Glance {
  readonly name: string
  readonly file: string
  readonly target: string
  readonly state: ImportSummary["state"]
  readonly startedAt: DateTime.Utc
  readonly endedAt: DateTime.Utc
  readonly rows?: number | undefined
  readonly counts: Counts
  readonly lastRun: string
  /** The report of the import that this one sets back. */
  readonly wayBack?: string | undefined
  /** The reports of the ways back from it, but for those that were taken back themselves. */
  readonly setBack?: ReadonlyArray<string> | undefined
}

/** An end has its counts, a message, the names of a few files. */
const tailBytes = 64 * 1024

type End = Extract<OfRun, { readonly s: "end" }>

const lastEntry = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const { size } = yield* fs.stat(path)
  const from = BigInt(Math.max(0, Number(size) - tailBytes))
  const text = yield* Stream.mkString(Stream.decodeText(fs.stream(path, { offset: from })))
  const line = text.trimEnd().split("\n").at(-1) ?? ""
  const { entry } = read(line, { seed: undefined })
  return entry?.s === "end" && entry.why === "done" ? (entry as End) : undefined
})

/** The counts of an end after which nothing is left. */
const completed = (end: End): Counts | undefined => {
  const of = (name: string) => end.counts?.[name] ?? 0
  const isWhole = end.counts?.["rows"] !== undefined && end.counts["remaining"] === 0
  const counts = {
    created: of("created"),
    updated: of("updated"),
    duplicate: of("duplicate"),
    failed: of("failed"),
    inDoubt: of("inDoubt"),
    invalid: of("invalid"),
    ...(end.counts?.["unchanged"] === undefined ? {} : { unchanged: end.counts["unchanged"] }),
    remaining: 0,
  }
  return isWhole && counts.failed + counts.inDoubt + counts.invalid === 0 ? counts : undefined
}

export const glance = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const header = yield* headerIfAny(path)
  if (header === undefined) return undefined
  const { subject } = header
  const isPlain = subject.mapping !== wayBackMapping && (yield* waysBackBeside({ path, subject })).length === 0
  const end = isPlain && !(yield* fs.exists(`${path}.lock`)) ? yield* lastEntry(path) : undefined
  const counts = end === undefined ? undefined : completed(end)
  if (end?.at === undefined || counts === undefined) {
    const summary = yield* summarize(path, [])
    const setBack = (summary.setBack ?? []).filter((each) => isSetBack([each])).map(({ name }) => name)
    return {
      name: nameOf(path),
      file: summary.file,
      target: summary.target,
      state: summary.state,
      startedAt: summary.startedAt,
      endedAt: summary.endedAt,
      rows: summary.rows,
      counts: summary.counts,
      lastRun: summary.runs.findLast(({ journal }) => journal === 0)?.state ?? "ended",
      ...(summary.wayBack === undefined ? {} : { wayBack: summary.wayBack.report }),
      ...(setBack.length === 0 ? {} : { setBack }),
    } satisfies Glance
  }
  return {
    name: nameOf(path),
    file: nameOf(subject.file),
    target: cut(subject.target),
    state: "complete",
    startedAt: startOf(header),
    endedAt: end.at,
    rows: end.counts?.["rows"],
    counts,
    lastRun: "done",
  } satisfies Glance
})
