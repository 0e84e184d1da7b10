/**
 * Reads a journal file into the states of its rows, and refuses one that belongs to another import.
 */
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { JournalError } from "../../Journal.ts"
import type { RowStates } from "../rowStates.ts"
import { Header, Line, stateOf, type Subject } from "./line.ts"

const decodeHeader = Schema.decodeUnknownResult(Schema.fromJsonString(Header))
const decodeLine = Schema.decodeUnknownResult(Schema.fromJsonString(Line))

/** The beginning of every header, by which a torn one is told from a file that is something else. */
const signature = `{"v":1,"kind":"aptrinsic.import"`

const newline = 10

const elsewhere = "Choose another file with --report, or begin anew with --restart."

const mismatch = (path: string, what: string, hint = elsewhere) =>
  new JournalError({ kind: "Mismatch", message: `${visible(path)} ${what}.`, hint })

const noReport = (path: string) =>
  mismatch(path, "is not the report of an import", "It is left as it is; choose another file with --report.")

/** Fails where nothing could be continued: a pipe never ends, a device forgets. */
export const refuseSpecialFile = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  if (!(yield* fs.exists(path))) return
  const { type } = yield* fs.stat(path)
  if (type !== "File" && type !== "Directory") return yield* noReport(path)
})

/** Whether a file is there that begins as a journal does. */
export const isJournal = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  if (!(yield* fs.exists(path))) return false
  const head = yield* Stream.mkString(Stream.decodeText(fs.stream(path, { bytesToRead: signature.length })))
  return signature.startsWith(head)
})

const compare = (path: string, found: Subject, subject: Subject): JournalError | undefined => {
  if (found.content !== subject.content) {
    return mismatch(
      path,
      found.file === subject.file
        ? `is the report of ${visible(subject.file)} as it was before it was changed`
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

/**
 * The bytes of the file that are whole lines, or nothing when there is no file. What is after them was being written when a run was killed.
 */
export const load = Effect.fnUntraced(function* (
  path: string,
  subject: Subject,
  states: RowStates,
): Effect.fn.Return<number | undefined, JournalError | PlatformError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  if (!(yield* fs.exists(path))) return undefined

  const decoder = new TextDecoder()
  let size = 0
  let whole = 0
  let rest = ""
  let lines = 0

  const take = (text: string): JournalError | undefined => {
    if (++lines === 1) {
      const header = decodeHeader(text)
      return Result.isSuccess(header) ? compare(path, header.success.subject, subject) : noReport(path)
    }
    const decoded = decodeLine(text)
    if (Result.isFailure(decoded)) {
      return new JournalError({
        kind: "Damaged",
        message: `${visible(path)}: line ${lines} is not a line of a report.`,
        hint: "Restore the report from a copy, or begin anew with --restart: accounts that exist are left as they are.",
      })
    }
    const { message, row, s } = decoded.success
    states.set(row, stateOf[s], message)
    return undefined
  }

  yield* Stream.runForEach(fs.stream(path), (bytes) =>
    Effect.suspend(() => {
      const last = bytes.lastIndexOf(newline)
      if (last !== -1) whole = size + last + 1
      size += bytes.length
      const texts = (rest + decoder.decode(bytes, { stream: true })).split("\n")
      rest = texts.pop()!
      for (const text of texts) {
        const problem = take(text)
        if (problem !== undefined) return Effect.fail(problem)
      }
      const isTorn = rest.startsWith(signature) || signature.startsWith(rest)
      return lines === 0 && !isTorn ? Effect.fail(noReport(path)) : Effect.void
    }),
  )
  return whole
})
