/**
 * The states of rows that the lines of a journal add up to. A line that was altered, is out of its place or cannot follow the lines before it
 * is a contradiction: it does not count, and its row is looked up. When lines are missing, every row that is not done is looked up.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { RowState } from "../../Row.ts"
import type { Contradictions } from "./contradictions.ts"
import { isDone, isEnded, type KnownIds } from "./knownIds.ts"
import { type Known, type Line, type Marks, type OfRun, read, stateOf, stateWas, tellRuns } from "./line.ts"
import type { RowStates } from "./rowStates.ts"
import type { Runs } from "./runs.ts"

export interface Replay {
  /** Takes the line of this number; says whether it could be read. */
  readonly take: (text: string, line: number) => boolean
  /** The last line was taken. */
  readonly end: () => void
  /** Whether the last line says that its run came to its end. */
  readonly isClosed: () => boolean
  /** Whether the last line was changed or cannot be read, and told as such. */
  readonly isEndChanged: () => boolean
}

/** A line that says what became of its row. */
type Step = Line & { readonly s: Exclude<Line["s"], "compared"> }

const isStep = (entry: Line): entry is Step => entry.s !== "compared"

/** Whether a step can follow the state that its row is in. */
const canFollow = (state: RowState, step: Step): boolean => {
  switch (step.s) {
    case "sent":
      return true
    case "in_doubt":
    case "invalid":
    case "released":
      return !isEnded(state)
    case "known":
      return state === "New" || state === stateOf(step) || (state === "InDoubt" && isDone(stateOf(step)))
    default:
      return state === "InDoubt" || state === stateOf(step)
  }
}

const missing = (lines: number, before: number) =>
  `${lines} ${lines === 1 ? "line is" : "lines are"} missing before line ${before}: rows that are not done are looked up before they are sent`

/** What a journal adds up to: the rows by number, and what it took over by id. */
export interface Memory {
  readonly states: RowStates
  readonly known: KnownIds
  readonly runs: Runs
  readonly contradictions: Contradictions
  /** Rows that an earlier journal knew and that say something else now. */
  changed: number
  /** Rows of which an earlier journal says in what PX differs from them. */
  differing: number
}

/** What the line says that calls a row by what an earlier journal knew. */
export const noteKnown = (
  memory: Memory,
  { changed, differs, row }: Pick<Line, "row" | "changed" | "differs">,
  isFirst: boolean,
) => {
  if (changed === true) memory.states.setChanged(row, true)
  if (!isFirst) return
  if (changed === true) memory.changed++
  if (differs === true) memory.differing++
}

/** A line that counts for nothing; the row that it names is looked up. */
const contradictIn = (
  { contradictions, states }: Pick<Memory, "contradictions" | "states">,
  line: number,
  what: string,
  entry?: Line,
) => {
  if (entry === undefined) return contradictions.note({ line, message: `line ${line} ${what}` })
  const { id, row, s } = entry
  states.doubt(row)
  const said = `${s} for row ${row}, ${visible(id, 100) || "without an id"}`
  contradictions.note({ line, row, message: `line ${line} (${said}) ${what}` })
}

/** A line that stands there once more does no harm when it says what is known. */
const isRepetition = (states: RowStates, entry: Line) => {
  const state = states.get(entry.row)
  if (!isStep(entry)) return states.isOf(entry) && isDone(state)
  return states.isOf(entry) && (state === stateOf(entry) || (entry.s === "sent" && isEnded(state)))
}

const know = (known: KnownIds, { content, differences, id, message, was }: Known) =>
  known.put(id, { state: stateWas(was), content, message, differs: differences !== undefined })

/** An update follows whatever its row came to before; a create that is there twice does not. */
const step = (states: RowStates, entry: Step) => {
  if (entry.s === "sent" && entry.fields !== undefined) states.send(entry, true)
  else if (entry.s !== "sent" || !isEnded(states.get(entry.row))) states.set(entry, stateOf(entry), entry.message)
}

/** Takes what a line says of its row, or says what contradicts it. */
const applyTo = (memory: Memory, entry: Line): string | undefined => {
  const { known, states } = memory
  const { id, row, s } = entry
  const state = states.get(row)
  if (!states.isOf(entry)) {
    if (s !== "in_doubt") return "gives its row another id than the lines before it"
    // This is how a run names a row that earlier lines call otherwise.
    states.set({ id, row }, "InDoubt")
  } else if (!isStep(entry)) states.setChanged(row, false)
  else {
    if (!canFollow(state, entry)) {
      const isEnd = state === "New" || state === "Failed"
      return isEnd ? "tells the end of a row that was not sent" : "follows another end of its row"
    }
    step(states, entry)
    if (s === "known") {
      known.claim(id)
      noteKnown(memory, entry, state === "New")
    }
  }
  return undefined
}

/** What an intact line says, with its number. */
export type OnEntry = (entry: Line | Known | OfRun, line: number) => void

/** `onEntry` sees every line that counts. */
export const makeReplay = (marks: Marks, memory: Memory, onEntry: OnEntry = () => {}): Replay => {
  const { contradictions, known, states } = memory
  const contradict = (line: number, what: string, entry?: Line) => contradictIn(memory, line, what, entry)
  let unreadable = 0
  let isClosed = false
  /** Among the lines that were taken over: the row of one that is missing may be any. */
  let isInHead = marks.isContinued

  /** Lines that count for nothing; those that stand there changed or unreadable were told one by one. */
  const miss = (lines: number, before: number) => {
    states.doubtUnfinished(isInHead ? Number.POSITIVE_INFINITY : lines)
    if (lines > unreadable) contradictions.note({ message: missing(lines - unreadable, before) })
  }

  return {
    take: (text, line) => {
      const { entry, isIntact } = read(text, marks)
      const step = entry !== undefined && "row" in entry ? entry : undefined
      if (!isIntact) {
        unreadable++
        contradict(line, entry === undefined ? "cannot be read" : "was changed after it was written", step)
        return entry !== undefined
      }
      if (marks.seed !== undefined) {
        const n = entry!.n!
        if (n < marks.next) {
          if (step !== undefined && !isRepetition(states, step)) contradict(line, "is not in its place", step)
          return true
        }
        if (n > marks.next) miss(n - marks.next, line)
        unreadable = 0
        marks.next = n + 1
      }
      isClosed = entry!.s === "end"
      isInHead &&= step === undefined && !isClosed
      const contradiction = step === undefined ? undefined : applyTo(memory, step)
      if (contradiction !== undefined) {
        contradict(line, contradiction, step)
        return true
      }
      if (step === undefined && entry!.s === "known") know(known, entry as Known)
      else if (step === undefined) tellRuns(memory.runs, entry as OfRun)
      onEntry(entry!, line)
      return true
    },
    end: () => {
      if (unreadable > 0) states.doubtUnfinished(isInHead ? Number.POSITIVE_INFINITY : unreadable)
    },
    isClosed: () => isClosed,
    isEndChanged: () => unreadable > 0,
  }
}
