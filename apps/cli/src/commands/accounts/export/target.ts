/** Where an export goes: to stdout, or to a file that has its name only once it is whole. */
import { phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import * as InputText from "../../../input/InputText.ts"
import { type ExitWith, type Failure, usage } from "../../../output/Failure.ts"
import { Output } from "../../../output/Output.ts"
import { Platform } from "../../../Platform.ts"

/** Writes a part of the accounts. */
export type Write = (part: string | Uint8Array) => Effect.Effect<void, Failure | ExitWith>

const unwritable = (name: string) => (error: PlatformError) =>
  usage(`${InputText.label(name)} cannot be written: ${phraseOf(error)[0]}.`, "Name another file.")

/** What a file may take the place of, which is looked at before it is written and again when it is whole. */
type Look = (name: string) => Effect.Effect<void, Failure, FileSystem.FileSystem>

const look = (mayReplace: boolean, otherwise: string): Look =>
  Effect.fnUntraced(function* (name) {
    const found = yield* Effect.option((yield* FileSystem.FileSystem).stat(name))
    if (Option.isNone(found)) return
    const label = InputText.label(name)
    if (found.value.type !== "File") return yield* usage(`${label} is not a file.`, otherwise)
    if (!mayReplace) return yield* usage(`${label} exists.`, "Name another file, or pass --force to replace this one.")
  })

const ofAnyFile = look(true, "Name a file.")

const intoFile = Effect.fnUntraced(function* <E, R>(
  name: string,
  refuse: Look,
  produce: (write: Write) => Effect.Effect<void, E, R>,
) {
  const fs = yield* FileSystem.FileSystem
  const failed = Effect.mapError(unwritable(name))
  yield* refuse(name)
  const part = `${name}.part`
  yield* (yield* Platform).removeOnAbort(part)
  const encoder = new TextEncoder()
  const whole = Effect.gen(function* () {
    const opened = yield* failed(fs.open(part, { flag: "w", mode: 0o600 }))
    yield* produce((part) => failed(opened.writeAll(typeof part === "string" ? encoder.encode(part) : part)))
    yield* failed(opened.sync)
  })
  yield* Effect.scoped(whole).pipe(
    // Somebody may have made it meanwhile.
    Effect.andThen(refuse(name)),
    Effect.andThen(failed(fs.rename(part, name))),
    Effect.onError(() => Effect.ignore(fs.remove(part))),
  )
})

/** Has the accounts written to the file, or to stdout where there is none. */
export const into = Effect.fnUntraced(function* <E, R>(
  name: string | undefined,
  force: boolean,
  produce: (write: Write) => Effect.Effect<void, E, R>,
) {
  const { write } = yield* Output
  yield* name === undefined ? produce(write) : intoFile(name, look(force, "Name a file, or - for stdout."), produce)
})

/** Writes a file, in the place of one that is there. */
export const replace = <E, R>(name: string, produce: (write: Write) => Effect.Effect<void, E, R>) =>
  intoFile(name, ofAnyFile, produce)

/** Fails where `replace` would, as far as that can be seen before the work for the file is done. */
export const requireRoom = Effect.fnUntraced(function* (name: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  yield* ofAnyFile(name)
  yield* Effect.mapError(fs.access(path.dirname(path.resolve(name)), { writable: true }), unwritable(name))
})
