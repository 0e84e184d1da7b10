/** A journal file read once, for what its lines add up to and which of them is the last word about each row. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import type { JournalError } from "../../Journal.ts"
import type { RowState } from "../../Row.ts"
import { isCut, makeMemory, whyCut } from "../journal/carryOver.ts"
import { type Known, type Line, type OfRun, read, type Subject } from "../journal/line.ts"
import { linesOf } from "../journal/lines.ts"
import { lastOf, load, refuseSpecialFile, requireHeader } from "../journal/load.ts"
import type { Memory } from "../journal/replay.ts"
import { cut } from "../texts.ts"
import { beatingOf } from "./beating.ts"

/** What a journal says, whether a run writes it or not. */
export interface Replayed {
  readonly path: string
  readonly subject: Subject
  readonly startedAt: string
  readonly memory: Memory
  /** The number of the line that says last what became of a row. */
  readonly lastLineOf: (row: number) => number
}

export interface Scan extends Replayed {
  /** Whether a run writes it now. */
  readonly isRunning: boolean
  /** Lines may be missing at its end. */
  readonly isCut: boolean
  /** Rows that this run sent and whose answers are awaited. */
  readonly underWay: ReadonlySet<number>
}

const pageBits = 14

/** Whole numbers by row, in pages that are never copied. */
export const makeNumbers = () => {
  const pages = new Map<number, Uint32Array>()
  return {
    get: (row: number) => pages.get(row >>> pageBits)?.[row & ((1 << pageBits) - 1)] ?? 0,
    set: (row: number, value: number) => {
      const page = pages.get(row >>> pageBits) ?? new Uint32Array(1 << pageBits)
      pages.set(row >>> pageBits, page)
      page[row & ((1 << pageBits) - 1)] = value
    },
  }
}

/** Rows that the last run sent and that came to no end yet. */
const makeFlights = () => {
  const rows = new Set<number>()
  return {
    rows,
    take: (entry: Line | Known | OfRun) => {
      if (entry.s === "run") rows.clear()
      if (!("row" in entry) || entry.s === "compared") return
      if (entry.s === "sent") rows.add(entry.row)
      else rows.delete(entry.row)
    },
  }
}

type OnEntry = (entry: Line | Known | OfRun) => void

/** Reads a journal; what `begin` makes sees every line that counts. */
export const replayed = Effect.fnUntraced(function* (path: string, begin: (startedAt: string) => OnEntry) {
  yield* refuseSpecialFile(path)
  const { startedAt, subject } = yield* requireHeader(path)
  const memory = makeMemory()
  const last = makeNumbers()
  const onEntry = begin(startedAt)
  const loaded = yield* load(path, subject, memory, (entry, line) => {
    if ("row" in entry && entry.s !== "compared") last.set(entry.row, line)
    onEntry(entry)
  })
  const told: Replayed = { path, subject, startedAt, memory, lastLineOf: last.get }
  return { told, loaded }
})

/** Reads a journal that a run may be writing. */
export const scan = Effect.fnUntraced(function* (
  path: string,
  begin: (startedAt: string) => OnEntry,
): Effect.fn.Return<Scan, JournalError | PlatformError, FileSystem.FileSystem> {
  const flights = makeFlights()
  const lock = `${path}.lock`
  // Looked at before its lines are read, or a run that ends meanwhile would pass for one that was killed; and one may begin meanwhile.
  const before = yield* beatingOf(lock)
  const { loaded, told } = yield* replayed(path, (startedAt) => {
    const onEntry = begin(startedAt)
    return (entry) => {
      flights.take(entry)
      onEntry(entry)
    }
  })
  const beating = before === "none" ? yield* beatingOf(lock) : before
  const isRunning = beating === "beating" && loaded?.isClosed !== true
  const { memory } = told
  const isShort = beating === "none" && loaded !== undefined && isCut(loaded)
  if (isShort && !loaded.isEndChanged) memory.contradictions.note({ message: whyCut })
  const underWay = new Set(isRunning ? [...flights.rows].filter((row) => memory.states.get(row) === "InDoubt") : [])
  return { ...told, isRunning, isCut: isShort, underWay }
})

const rowOf = /^\{"s":"[a-z_]+","row":(\d+),/

/** The last line about each row whose state is asked for, in the order of the file. */
export const lastLines = (
  { lastLineOf, memory, path }: Replayed,
  isWanted: (state: RowState) => boolean,
): Stream.Stream<Line, PlatformError, FileSystem.FileSystem> =>
  Stream.unwrap(
    Effect.map(FileSystem.FileSystem, (fs) => {
      let number = 0
      const lineOf = (text: string): ReadonlyArray<Line> => {
        number++
        const row = Number(rowOf.exec(text)?.[1] ?? 0)
        // Most lines are about rows that nobody asks for, and reading them takes ten times as long.
        if (row === 0 || lastLineOf(row) !== number || !isWanted(memory.states.get(row))) return []
        const { entry } = read(text, { seed: undefined })
        return entry !== undefined && "row" in entry ? [entry] : []
      }
      return linesOf(fs, path).pipe(
        Stream.chunks,
        Stream.map((lines): ReadonlyArray<Line> => lines.flatMap(lineOf)),
        Stream.filter(Arr.isReadonlyArrayNonEmpty),
        Stream.flattenArray,
      )
    }),
  )

/** The name of a file without its folder. */
export const nameOf = (path: string): string => cut(lastOf(path))
