/**
 * Reads a journal file into the states of its rows, and refuses one that belongs to another import.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import { JournalError } from "../../Journal.ts"
import { isBeginning, isOfAnyVersion, type Marks, read, readHeader, signatureLength, type Subject } from "./line.ts"
import { bytesOf, linesOf, makeLines } from "./lines.ts"
import { makeReplay, type Memory, type OnEntry, type Replay } from "./replay.ts"

const elsewhere = "Choose another file with --report, or begin anew with --restart."
const newer = "Update this program, or choose another file with --report."
const restore =
  "Restore the report from a copy, or begin anew with --restart: accounts that exist are left as they are."

const mismatch = (path: string, what: string, hint = elsewhere) =>
  new JournalError({ kind: "Mismatch", message: `${visible(path)} ${what}.`, hint })

const damaged = (path: string, what: string) =>
  new JournalError({ kind: "Damaged", message: `${visible(path)}: ${what}.`, hint: restore })

export const noReport = (path: string) =>
  mismatch(path, "is not the report of an import", "It is left as it is; choose another file with --report.")

/** Fails where nothing could be continued: a pipe never ends, a device forgets, a link may lead anywhere. */
export const refuseSpecialFile = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const target = yield* Effect.option(fs.readLink(path))
  if (target._tag === "Some") {
    return yield* new JournalError({
      kind: "Unavailable",
      message: `${visible(path)}: it is a symbolic link to ${visible(target.value)}, and a report is written to no link.`,
      hint: "Name the file itself with --report, or another one.",
    })
  }
  if (!(yield* fs.exists(path))) return
  const { type } = yield* fs.stat(path)
  if (type !== "File" && type !== "Directory") return yield* noReport(path)
})

/** Whether a file is there that begins as a journal does. */
export const isJournal = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  if (!(yield* fs.exists(path))) return false
  return isBeginning(yield* Stream.mkString(Stream.decodeText(fs.stream(path, { bytesToRead: signatureLength }))))
})

/** The last part of a name: one file is called by many paths. */
export const lastOf = (file: string) => file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1)

/** Whether a journal is that of the same file with other content, sent to the same server. */
export const isOfOtherContent = (found: Subject, subject: Subject): boolean =>
  found.content !== subject.content && found.target === subject.target && lastOf(found.file) === lastOf(subject.file)

/** The first line of a journal that can be read, or nothing. */
export const headerAt = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  if (!(yield* isJournal(path))) return undefined
  const lines = yield* Stream.runCollect(Stream.take(linesOf(fs, path), 1))
  const header = readHeader(lines[0] ?? "")
  return header._tag === "Header" ? header : undefined
})

/** Why the first line of a file does not begin a journal that can be read. */
const unread = (path: string, tag: "Changed" | "Newer" | "Foreign"): JournalError =>
  tag === "Changed"
    ? damaged(path, "its first line, which says what it is the report of, is not as it was written")
    : tag === "Newer"
      ? mismatch(path, "was written by a newer version of this program", newer)
      : noReport(path)

/** The first line of a journal, or nothing for another file; fails where it cannot be read. */
export const headerIfAny = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const beginning = yield* Stream.mkString(Stream.decodeText(fs.stream(path, { bytesToRead: 2 * signatureLength })))
  // Another file may have no second line.
  if (!isOfAnyVersion(beginning)) return undefined
  const lines = yield* Stream.runCollect(Stream.take(linesOf(fs, path), 1))
  const header = readHeader(lines[0] ?? "")
  return header._tag === "Header" ? header : yield* unread(path, header._tag)
})

/** The first line of a journal; fails where there is none that can be read. */
export const requireHeader = Effect.fnUntraced(function* (path: string) {
  return (yield* headerIfAny(path)) ?? (yield* noReport(path))
})

const compare = (path: string, found: Subject, subject: Subject): JournalError | undefined => {
  if (found.content !== subject.content) {
    return mismatch(
      path,
      lastOf(found.file) === lastOf(subject.file)
        ? `is the report of ${visible(subject.file)} with other content than it has now`
        : `is the report of another file, ${visible(found.file)}`,
    )
  }
  if (found.target !== subject.target) {
    return mismatch(path, `is the report of an import to ${visible(found.target)}, not to ${visible(subject.target)}`)
  }
  return found.mapping === subject.mapping
    ? undefined
    : mismatch(path, `is the report of ${visible(subject.file)} with other columns, constants or formats`)
}

/** The content of a journal file. */
export interface Loaded {
  /** The marks of the lines to come; none when not even the first line is whole. */
  readonly marks: Marks | undefined
  /** Nothing is in it. */
  readonly isEmpty: boolean
  /** The bytes of its whole lines. The rest was being written when a run was killed. */
  readonly length: number
  /** The last line is whole but for its line break, as an editor or a cut leaves it. */
  readonly isUnbroken: boolean
  /** Its last line says that its run came to its end. */
  readonly isClosed: boolean
  /** Its last line was changed or cannot be read, and told as such. */
  readonly isEndChanged: boolean
}

/** Takes the lines of a file one after the other. */
const makeTaker = (path: string, subject: Subject, memory: Memory, onEntry?: OnEntry) => {
  let lines = 0
  let marks: Marks | undefined
  let replay: Replay | undefined

  const first = (text: string): JournalError | undefined => {
    const header = readHeader(text)
    if (header._tag !== "Header") return unread(path, header._tag)
    marks = header.marks
    replay = makeReplay(header.marks, memory, onEntry)
    return compare(path, header.subject, subject)
  }
  const take = (text: string): JournalError | undefined => {
    if (++lines === 1) return first(text)
    if (text === "" || replay!.take(text, lines) || marks!.seed !== undefined) return undefined
    return damaged(path, `line ${lines} is not a line of a report`)
  }
  return {
    take,
    /** Whether the text after the last line break is a whole line. */
    isWhole: (text: string): boolean =>
      marks === undefined ? readHeader(text)._tag === "Header" : text !== "" && read(text, marks).isIntact,
    loaded: () => {
      replay?.end()
      return { marks, isClosed: replay?.isClosed() === true, isEndChanged: replay?.isEndChanged() === true }
    },
  }
}

/** Loads the file, or nothing when there is none. `onEntry` sees every line that counts, in order. */
export const load = Effect.fnUntraced(function* (
  path: string,
  subject: Subject,
  memory: Memory,
  onEntry?: OnEntry,
): Effect.fn.Return<Loaded | undefined, JournalError | PlatformError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  if (!(yield* fs.exists(path))) return undefined

  const taker = makeTaker(path, subject, memory, onEntry)
  const decoder = new TextDecoder()
  const newline = 10
  const lines = makeLines()
  let [size, whole] = [0, 0]
  let beginning = ""
  const takeAll = (texts: ReadonlyArray<string>) => {
    for (const text of texts) {
      const problem = taker.take(text)
      if (problem !== undefined) return Effect.fail(problem)
    }
    return whole > 0 || isBeginning(beginning) ? Effect.void : Effect.fail(noReport(path))
  }
  yield* Stream.runForEach(bytesOf(fs, path), (bytes) =>
    Effect.suspend(() => {
      const last = bytes.lastIndexOf(newline)
      if (last !== -1) whole = size + last + 1
      size += bytes.length
      const piece = decoder.decode(bytes, { stream: true })
      // A power loss may leave the length of what was being written, and zeros for it.
      if (beginning.length < signatureLength) beginning += piece.replace(/\0+$/, "")
      return takeAll(lines.take(piece))
    }),
  )
  const rest = lines.rest()
  const isUnbroken = taker.isWhole(rest)
  if (isUnbroken) yield* takeAll([rest])
  return { isEmpty: size === 0, length: isUnbroken ? size : whole, isUnbroken, ...taker.loaded() }
})
