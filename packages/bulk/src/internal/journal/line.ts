/**
 * The lines of a journal file: a header that says which import it is of, then what an earlier journal of the file knew by id, then one line for
 * every step of a row, then one that says that the run came to its end. Each line carries its number and a checksum, which is that of no other
 * journal; those of version 1 carry neither. `known` came with version 3, and so did the lines about runs; `traffic` came with version 4.
 */
import { Attempt } from "@effect-aptrinsic/core/AccountsError"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Cell, FieldChange, FieldDifference, type RowOutcome, type RowRef, type RowState } from "../../Row.ts"
import { Pause, type Run, RunEnd, RunStart, Traffic } from "../../Run.ts"
import { hash, isSealed, seal } from "./checksum.ts"
import type { KnownId, KnownState } from "./knownIds.ts"
import { readPlain } from "./plainLine.ts"
import { maxRow } from "./rowStates.ts"
import type { Runs } from "./runs.ts"

export const Subject = Schema.Struct({
  /** The name of what is imported, for people. */
  file: Schema.String,
  /** The digest of its content. */
  content: Schema.String,
  /** The digest of how it is read: format, encoding, mapping. */
  mapping: Schema.String,
  /** The origin of the API. */
  target: Schema.String,
})
/**
 * The identity of an import. Two runs belong together when all but the name is equal.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Subject extends Schema.Schema.Type<typeof Subject> {}

const Header = Schema.Struct({
  v: Schema.Literals([1, 2, 3, 4]),
  kind: Schema.Literal("aptrinsic.import"),
  subject: Subject,
  startedAt: Schema.String,
  /** Where the journal is kept whose accounts this one takes over. */
  continues: Schema.optionalKey(Schema.String),
})

const steps = [
  "sent",
  "created",
  "duplicate",
  "failed",
  "in_doubt",
  "invalid",
  "updated",
  "released",
  "known",
  "compared",
] as const
type Step = (typeof steps)[number]

const number = Schema.optionalKey(Schema.Int)

/** What an earlier journal said last of an account. */
const Was = Schema.Literals(["created", "duplicate", "failed", "in_doubt"])

const Line = Schema.Struct({
  s: Schema.Literals(steps),
  row: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: maxRow })),
  line: number,
  id: Schema.String,
  at: Schema.optionalKey(Schema.String),
  confirmed: Schema.optionalKey(Schema.Boolean),
  differences: Schema.optionalKey(Schema.Array(Schema.String)),
  values: Schema.optionalKey(Schema.Array(FieldDifference)),
  attempts: number,
  waited: Schema.optionalKey(Schema.Finite),
  code: Schema.optionalKey(Schema.String),
  message: Schema.optionalKey(Schema.String),
  cells: Schema.optionalKey(Schema.Array(Cell)),
  history: Schema.optionalKey(Schema.Array(Attempt)),
  /** In `sent` and `known`: the checksum of what was sent. */
  content: number,
  /** In `sent` of an update: the values that it overwrites. */
  fields: Schema.optionalKey(Schema.Array(FieldChange)),
  /** In `known`: the state before. */
  was: Schema.optionalKey(Was),
  changed: Schema.optionalKey(Schema.Literal(true)),
  /** Another `known` says in which values. */
  differs: Schema.optionalKey(Schema.Literal(true)),
  n: number,
})
/** A step of a row. */
export interface Line extends Schema.Schema.Type<typeof Line> {}

/** An account that an earlier journal of the file knew, whichever row it has now, if any. */
const Known = Schema.Struct({
  s: Schema.Literal("known"),
  id: Schema.String,
  was: Was,
  content: number,
  message: Schema.optionalKey(Schema.String),
  differences: Schema.optionalKey(Schema.Array(Schema.String)),
  values: Schema.optionalKey(Schema.Array(FieldDifference)),
  n: number,
})
export interface Known extends Schema.Schema.Type<typeof Known> {}

/** A run begins. */
const Began = Schema.Struct({
  s: Schema.Literal("run"),
  at: Schema.DateTimeUtcFromString,
  ...RunStart.fields,
  content: Schema.optionalKey(Schema.String),
  n: number,
})
const Paused = Schema.Struct({ s: Schema.Literal("pause"), ...Pause.fields, n: number })
const Measured = Schema.Struct({ s: Schema.Literal("traffic"), ...Traffic.fields, n: number })
/** The run came to its end; with `why` it was said how. */
const End = Schema.Struct({
  s: Schema.Literal("end"),
  at: Schema.optionalKey(Schema.DateTimeUtcFromString),
  why: Schema.optionalKey(RunEnd.fields.why),
  message: RunEnd.fields.message,
  counts: Schema.optionalKey(RunEnd.fields.counts),
  files: RunEnd.fields.files,
  n: number,
})
export type OfRun = typeof Began.Type | typeof Paused.Type | typeof Measured.Type | typeof End.Type

const decodeHeader = Schema.decodeUnknownResult(Schema.fromJsonString(Header))
const decodeEntry = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Union([Line, Known, Began, Paused, Measured, End])),
)

const states = {
  sent: "InDoubt",
  created: "Created",
  duplicate: "Duplicate",
  failed: "Failed",
  in_doubt: "InDoubt",
  invalid: "Invalid",
  updated: "Updated",
  released: "New",
} as const satisfies Record<Exclude<Step, "known" | "compared">, RowState>

/** The state that an earlier journal left an account in. */
export const stateWas = (was: Known["was"]): KnownState => states[was]

/** The state that a step leaves its row in. */
export const stateOf = ({ s, was }: { readonly s: Exclude<Step, "compared">; readonly was?: Known["was"] }): RowState =>
  s === "known" ? stateWas(was ?? "in_doubt") : states[s]

const words: Record<RowOutcome["_tag"], Step> = {
  Created: "created",
  Duplicate: "duplicate",
  Failed: "failed",
  InDoubt: "in_doubt",
  Invalid: "invalid",
  Updated: "updated",
}

export const stepOf = (
  s: "sent" | "released" | "in_doubt" | "compared",
  { content, id, line, row }: RowRef,
  at: string,
) => ({
  s,
  row,
  line,
  id,
  at,
  ...(s === "sent" ? { content } : {}),
})

/** Fields in which PX holds something else; earlier versions know their names alone. */
export type Differences = Pick<Known, "differences" | "values">

/** What an earlier journal knew of an account; with a row, also whether that says something else now. */
export const knownStep = (
  id: string,
  { content, differences, message, state, values }: KnownId & Differences,
): Omit<Known, "n"> => ({
  s: "known",
  id,
  was: words[state] as Known["was"],
  ...(content === undefined ? {} : { content }),
  ...(message === undefined ? {} : { message }),
  ...(differences === undefined ? {} : { differences }),
  ...(values === undefined ? {} : { values }),
})

export const outcomeStep = ({ _tag, ...outcome }: RowOutcome, at: string) => {
  const { id, line, row, ...details } = outcome
  const waited = "waited" in details ? details.waited : undefined
  const history = "history" in details ? details.history : undefined
  return {
    s: words[_tag],
    row,
    line,
    id,
    at,
    ...details,
    ...(waited === undefined ? {} : { waited: Duration.toMillis(waited) }),
    ...(history === undefined
      ? {}
      : { history: history.map(({ at, ...attempt }) => ({ ...attempt, at: Duration.toMillis(at) })) }),
  }
}

/** What marks the lines of one journal. Without a seed they carry neither number nor checksum. */
export interface Marks {
  readonly seed: number | undefined
  /** 1 has no seed; runs are recorded from 3 on, their traffic from 4 on. */
  readonly version: number
  /** It begins with what an earlier journal knew. */
  readonly isContinued: boolean
  /** The number of the next line. */
  next: number
}

export const beganStep = ({ at, ...start }: Run["start"]) => ({ s: "run", at: DateTime.formatIso(at), ...start })

export const pausedStep = ({ from, until, ...pause }: Pause) => ({
  s: "pause",
  from: DateTime.formatIso(from),
  until: DateTime.formatIso(until),
  ...pause,
})

export const trafficStep = ({ from, until, ...traffic }: Traffic) => ({
  s: "traffic",
  from: DateTime.formatIso(from),
  until: DateTime.formatIso(until),
  ...traffic,
})

export const endStep = ({ at, ...end }: NonNullable<Run["end"]>) => ({ s: "end", at: DateTime.formatIso(at), ...end })

/** Tells the runs of a journal what an entry says of them. */
export const tellRuns = (runs: Runs, entry: OfRun): void => {
  if (entry.s === "run") {
    const { asked, at, by, content, invalid, rows, settings, wayBack } = entry
    runs.began({
      at,
      by,
      settings,
      ...(rows === undefined ? {} : { rows }),
      ...(invalid === undefined ? {} : { invalid }),
      ...(asked === undefined ? {} : { asked }),
      ...(wayBack === undefined ? {} : { wayBack }),
      ...(content === undefined ? {} : { content }),
    })
  } else if (entry.s === "pause") {
    const { n: _n, s: _s, ...pause } = entry
    runs.paused(pause)
  } else if (entry.s === "end" && entry.why !== undefined && entry.at !== undefined) {
    const { at, counts = {}, files, message, why } = entry
    runs.ended({
      at,
      why,
      counts,
      ...(message === undefined ? {} : { message }),
      ...(files === undefined ? {} : { files }),
    })
  }
}

/** The text of the next line. */
export const write = (marks: Marks, entry: object): string => {
  const n = marks.next++
  return marks.seed === undefined
    ? `${JSON.stringify(entry)}\n`
    : `${seal(JSON.stringify({ ...entry, n }), marks.seed)}\n`
}

const seedOf = (header: string) => hash(header)

/** The first line of a new journal, and the marks of those to come. */
export const begin = (
  subject: Subject,
  startedAt: string,
  continues?: string,
): readonly [text: string, marks: Marks] => {
  const more = continues === undefined ? {} : { continues }
  const header: typeof Header.Type = { v: 4, kind: "aptrinsic.import", subject, startedAt, ...more }
  const isContinued = continues !== undefined
  const text = write({ version: 4, seed: 0, isContinued, next: 1 }, header)
  return [text, { version: 4, seed: seedOf(text.trimEnd()), isContinued, next: 2 }]
}

/** The beginning of every header, by which a torn one is told from a file that is something else. */
const signatures = [1, 2, 3, 4].map((v) => `{"v":${v},"kind":"aptrinsic.import"`)

/** Whether a text can be the beginning of a journal, however short it is. */
export const isBeginning = (text: string): boolean =>
  signatures.some((signature) => signature.startsWith(text) || text.startsWith(signature))

/** Whether a text begins as a journal of this or a newer version does. */
export const isOfAnyVersion = (text: string): boolean => /^\{"v":\d+,"kind":"aptrinsic\.import"/.test(text)

/** Bytes of a file that tell whether it is a journal. */
export const signatureLength = signatures[0]!.length

export type ReadHeader =
  | { readonly _tag: "Header"; readonly subject: Subject; readonly startedAt: string; readonly marks: Marks }
  | { readonly _tag: "Changed" | "Newer" | "Foreign" }

/** Reads the first line of a journal. */
export const readHeader = (text: string): ReadHeader => {
  const decoded = decodeHeader(text)
  if (Result.isFailure(decoded)) {
    if (isBeginning(text)) return { _tag: "Changed" }
    return { _tag: isOfAnyVersion(text) ? "Newer" : "Foreign" }
  }
  const { continues, startedAt, subject, v } = decoded.success
  const marks = { version: v, isContinued: continues !== undefined, next: 2 }
  // A version that was made a smaller one must not pass for one without checksums.
  if (v === 1 && !text.includes(',"check":"')) {
    return { _tag: "Header", subject, startedAt, marks: { ...marks, seed: undefined } }
  }
  return isSealed(text, 0)
    ? { _tag: "Header", subject, startedAt, marks: { ...marks, seed: seedOf(text) } }
    : { _tag: "Changed" }
}

export interface Read {
  /** What the line says, or nothing when that cannot be made out. */
  readonly entry: Line | Known | OfRun | undefined
  /** Whether it is as it was written, as far as its journal can tell. */
  readonly isIntact: boolean
}

/** Reads a line after the first one. */
export const read = (text: string, { seed }: Pick<Marks, "seed">): Read => {
  const entry = readPlain(text) ?? Option.getOrUndefined(decodeEntry(text))
  return {
    entry,
    isIntact: entry !== undefined && (seed === undefined || (entry.n !== undefined && isSealed(text, seed))),
  }
}
