/**
 * A disk in memory with what the day's count asks of a file system: files are appended to in one piece, and one that was removed stays with
 * those who have it open. Every call gives way to the others first, so that what runs side by side meets at every step.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PlatformError from "effect/PlatformError"

interface Inode {
  bytes: Uint8Array
  readonly mode: number | undefined
}

const failure = (method: string, description = "no space left on device") =>
  PlatformError.systemError({ _tag: "Unknown", module: "FileSystem", method, description })

export class Disk {
  readonly files = new Map<string, Inode>()
  readonly directories = new Map<string, number | undefined>()
  /** Writes so far. */
  appends = 0

  text(path: string) {
    return new TextDecoder().decode(this.files.get(path)?.bytes)
  }
  lines(path: string): ReadonlyArray<Record<string, unknown>> {
    return this.text(path)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line))
  }
  write(path: string, text: string) {
    this.files.set(path, { bytes: new TextEncoder().encode(text), mode: 0o600 })
  }
  append(path: string, text: string) {
    if (!this.files.has(path)) this.write(path, "")
    this.join(this.files.get(path)!, new TextEncoder().encode(text))
  }
  private join(inode: Inode, bytes: Uint8Array) {
    const joined = new Uint8Array(inode.bytes.length + bytes.length)
    joined.set(inode.bytes)
    joined.set(bytes, inode.bytes.length)
    inode.bytes = joined
  }

  /** The disk as one process sees it. */
  mount(process: Process = new Process()): Layer.Layer<FileSystem.FileSystem> {
    const turn = <A>(method: string, body: () => A) =>
      Effect.andThen(
        Effect.suspend(() => process.pause),
        Effect.suspend(() => (process.fails(method) ? Effect.fail(failure(method)) : Effect.sync(body))),
      )
    const open = (inode: Inode): Partial<FileSystem.File> => ({
      readAlloc: (size, options) =>
        turn("readAlloc", () => {
          const from = Number(options?.position ?? 0)
          const bytes = inode.bytes.slice(from, from + size)
          return bytes.length === 0 ? Option.none() : Option.some(bytes)
        }),
      writeAll: (bytes) =>
        Effect.flatMap(
          turn("writeAll", () => {
            const whole = process.tears === undefined ? bytes : bytes.subarray(0, process.tears)
            this.appends++
            this.join(inode, whole)
            return whole.length === bytes.length
          }),
          (isWhole) => (isWhole ? Effect.void : Effect.fail(failure("writeAll"))),
        ),
    })
    return FileSystem.layerNoop({
      makeDirectory: (path, options) =>
        turn("makeDirectory", () => {
          if (!this.directories.has(path)) this.directories.set(path, options?.mode)
        }),
      readDirectory: (path) =>
        turn("readDirectory", () =>
          [...this.files.keys()]
            .filter((name) => name.startsWith(`${path}/`))
            .map((name) => name.slice(path.length + 1)),
        ),
      remove: (path) => turn("remove", () => void this.files.delete(path)),
      open: (path, options) =>
        turn("open", () => {
          const inode = this.files.get(path) ?? { bytes: new Uint8Array(), mode: options?.mode }
          this.files.set(path, inode)
          return open(inode) as FileSystem.File
        }),
    })
  }
}

/** A process, as far as the disk is concerned. */
export class Process {
  /** What fails: one method, or all of them. */
  broken: string | undefined
  /** A write ends after so many bytes. */
  tears: number | undefined
  /** What a call waits for: the others, at least. */
  pause: Effect.Effect<void> = Effect.yieldNow
  fails(method: string) {
    return this.broken === "all" || this.broken === method
  }
}
