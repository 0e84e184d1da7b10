/**
 * A journal with those of the files of failed rows that came of it: what a later one says of a row holds. Rows are known there by their ids, and,
 * while as many stand there as were written, by their order, since an id may be what was corrected.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { bounds, type OpenRow, type Reason } from "../../ImportSummary.ts"
import type { JournalError } from "../../Journal.ts"
import type { RowState } from "../../Row.ts"
import { makeIdTable } from "../idTable.ts"
import type { Known, Line, OfRun } from "../journal/line.ts"
import { headerAt, lastOf, refuseSpecialFile } from "../journal/load.ts"
import { codeOfState, stateOfCode } from "../journal/rowStates.ts"
import * as Counts from "./counts.ts"
import type { Different } from "./differences.ts"
import type { JournalRuns, RunTally } from "./runTally.ts"
import { lastLines, makeNumbers, type Scan, scan } from "./scan.ts"
import { ownCounts, rowsOf } from "./standing.ts"

export interface Node extends Scan {
  readonly index: number
  readonly runs: JournalRuns
  readonly children: ReadonlyArray<Node>
  /** The state of a row, by the last journal that knows it; nothing is known of one that is under way. */
  readonly stateOf: (row: number) => RowState
  readonly moved: ReturnType<typeof makeNumbers>
  /** By the same, how the rows ended. */
  readonly counts: Counts.Tally
}

/** A journal, and those that came of it. */
export const allOf = (node: Node): ReadonlyArray<Node> => [node, ...node.children.flatMap(allOf)]

/** The parts of a summary that the lines of all journals add to. */
export interface Collected {
  readonly runs: RunTally
  readonly differences: Different
  /** Sees every line about a row, once its run is known. */
  readonly onRow?: ((journal: number, entry: Line) => void) | undefined
  /**
   * Journals that were read before, whose numbers come first.
   *
   * @default none
   */
  readonly seen?: Set<string> | undefined
}

const isWritten = (state: RowState) => state === "Failed" || state === "Invalid"

/** The journals that may be there of the files of failed rows that a journal names. */
const nextOf = ({ memory, path, subject }: Scan): ReadonlyArray<string> => {
  const [name, file] = [lastOf(path), lastOf(subject.file)]
  const folder = path.slice(0, path.length - name.length)
  const ending = name.startsWith(file) && name !== file ? name.slice(file.length) : ".import.ndjson"
  const names = memory.runs.all().flatMap(({ end }) => end?.files?.["failed"]?.name ?? [])
  return [...new Set(names)].map((each) => `${folder}${lastOf(each)}${ending}`)
}

/** Whether a journal is there that can be read and is of the same server: practice in a sandbox says nothing about PX. */
const cameOf = ({ subject }: Scan, path: string) =>
  refuseSpecialFile(path).pipe(
    Effect.andThen(headerAt(path)),
    Effect.match({ onFailure: () => false, onSuccess: (header) => header?.subject.target === subject.target }),
  )

/** Takes the lines of a journal: those about runs, and those about rows once their run is known. */
export const takeInto =
  (runs: JournalRuns, onRow: (entry: Line) => void) =>
  (entry: Line | Known | OfRun): void => {
    if (!("id" in entry)) return runs.take(entry)
    if (!("row" in entry)) return
    const state = Counts.stateOfStep(entry.s)
    if (state === undefined) runs.heard(entry.at)
    else runs.ended(state, entry.at)
    onRow(entry)
  }

/** Reads a journal and those that came of it, each once. */
export const readTree = (
  path: string,
  others: ReadonlyArray<string>,
  { differences, onRow = () => {}, runs, seen = new Set() }: Collected,
): Effect.Effect<Node, JournalError | PlatformError, FileSystem.FileSystem> => {
  const visit = Effect.fnUntraced(function* (
    each: string,
    more: ReadonlyArray<string>,
  ): Effect.fn.Return<Node, JournalError | PlatformError, FileSystem.FileSystem> {
    const index = seen.size
    seen.add(each)
    let ofRuns: JournalRuns | undefined
    const scanned = yield* scan(each, (startedAt) => {
      const ofJournal = runs.ofJournal(index, startedAt)
      ofRuns = ofJournal
      const differ = differences.ofJournal(index)
      return takeInto(ofJournal, (entry) => {
        differ(entry)
        onRow(index, entry)
      })
    })
    ofRuns!.close(scanned.isRunning)
    const children: Array<Node> = []
    for (const next of [...nextOf(scanned), ...more]) {
      if (seen.has(next) || seen.size >= bounds.journals) continue
      if (more.includes(next) || (yield* cameOf(scanned, next))) children.push(yield* visit(next, []))
    }
    const moved = makeNumbers()
    const stateOf = (row: number) => {
      if (scanned.underWay.has(row)) return "New"
      const code = moved.get(row)
      return code === 0 ? scanned.memory.states.get(row) : stateOfCode(code)
    }
    const counts = ownCounts(scanned)
    return { ...scanned, index, runs: ofRuns!, children, moved, stateOf, counts }
  })
  return visit(path, others)
}

/** The place of a number among ordered ones, from 1; 0 when it is not there. */
const placeIn = (ordered: ReadonlyArray<number>, wanted: number): number => {
  let [low, high] = [0, ordered.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ordered[middle]! < wanted) low = middle + 1
    else high = middle
  }
  return ordered[low] === wanted ? low + 1 : 0
}

const unknown = (): RowState => "New"

/** Where the rows of a journal are found in those that came of it. */
const makeLater = Effect.fnUntraced(function* ({ children, memory }: Node) {
  const ids = makeIdTable()
  const ordered: Array<Node> = []
  const written: Array<number> = []
  for (let row = 1; row <= memory.states.last(); row++) if (isWritten(memory.states.get(row))) written.push(row)
  for (const child of children) {
    if (rowsOf(child) === written.length) ordered.push(child)
    yield* Stream.runForEachArray(
      lastLines(child, (state) => state !== "New"),
      (lines) =>
        Effect.sync(() => {
          for (const { id, row } of lines) {
            if (id !== "") ids.setState(ids.find(id) || ids.add(id), codeOfState(child.stateOf(row)))
          }
        }),
    )
  }
  return ({ id, row }: Line): RowState => {
    const entry = id === "" ? 0 : ids.find(id)
    if (entry !== 0) return stateOfCode(ids.stateOf(entry))
    const place = ordered.length === 0 ? 0 : placeIn(written, row)
    const states = place === 0 ? [] : ordered.map((child) => child.stateOf(place))
    return states.findLast((state) => state !== "New") ?? "New"
  }
})

const codes: { readonly [step in Line["s"]]?: string } = { sent: "Unanswered", invalid: "Invalid", failed: "Failed" }

export const codeOf = ({ code, s }: Line) => code ?? codes[s] ?? "InDoubt"

export const toOpenRow = (journal: number, { cells, id, line, message, row, s }: Line): OpenRow => ({
  journal,
  row,
  ...(line === undefined ? {} : { line }),
  id,
  message:
    message ?? (s === "sent" ? "It was sent, and nothing tells how that ended." : "An earlier run may have sent it."),
  ...(cells === undefined ? {} : { cells }),
})

/** An open row that no later journal knows. */
export interface Open {
  readonly state: Reason["state"]
  readonly code: string
  readonly row: OpenRow
  /** The file that it stands in. */
  readonly file: string
}

/** Rows of a journal that no later one knows; what a later one says of the others is noted. */
const ownRows = (node: Node) =>
  Stream.unwrap(
    Effect.map(node.children.length === 0 ? Effect.succeed(unknown) : makeLater(node), (later) => {
      const { counts, index, memory, moved, subject, underWay } = node
      const file = lastOf(subject.file)
      return lastLines(node, Counts.isOpen).pipe(
        Stream.filterMap((line): Result.Result<Open, void> => {
          const before = memory.states.get(line.row)
          const after = later(line)
          if (!Counts.isOpen(before) || underWay.has(line.row)) return Result.failVoid
          const state = Counts.nameOf(before)
          if (after === "New") return Result.succeed({ state, code: codeOf(line), row: toOpenRow(index, line), file })
          moved.set(line.row, codeOfState(after))
          counts[state]--
          counts[Counts.nameOf(after)]++
          return Result.failVoid
        }),
      )
    }),
  )

/** The open rows of a journal and of those that came of it, each where it was last. */
export const openRows = (node: Node): Stream.Stream<Open, PlatformError, FileSystem.FileSystem> =>
  Stream.concat(
    Stream.flatMap(Stream.fromIterable(node.children), openRows),
    // What a journal says of its rows is known only once those that came of it were read.
    Stream.suspend(() => (Counts.open(node.counts) === 0 ? Stream.empty : ownRows(node))),
  )
