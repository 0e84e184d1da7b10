/** Where an export goes: to stdout, or to a file that has its name only once it is whole. */
import { phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as InputText from "../../../input/InputText.ts"
import { type ExitWith, type Failure, usage } from "../../../output/Failure.ts"
import { Output } from "../../../output/Output.ts"
import { Platform } from "../../../Platform.ts"

/** Writes a part of the accounts. */
export type Write = (part: string | Uint8Array) => Effect.Effect<void, Failure | ExitWith>

const unwritable = (name: string) => (error: PlatformError) =>
  usage(`${InputText.label(name)} cannot be written: ${phraseOf(error)[0]}.`, "Name another file.")

const refuse = Effect.fnUntraced(function* (name: string, force: boolean) {
  const found = yield* Effect.option((yield* FileSystem.FileSystem).stat(name))
  if (Option.isNone(found)) return
  const label = InputText.label(name)
  if (found.value.type !== "File") return yield* usage(`${label} is not a file.`, "Name a file, or - for stdout.")
  if (!force) return yield* usage(`${label} exists.`, "Name another file, or pass --force to replace this one.")
})

const intoFile = Effect.fnUntraced(function* <E, R>(
  name: string,
  force: boolean,
  produce: (write: Write) => Effect.Effect<void, E, R>,
) {
  const fs = yield* FileSystem.FileSystem
  const failed = Effect.mapError(unwritable(name))
  yield* refuse(name, force)
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
    Effect.andThen(refuse(name, force)),
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
  yield* name === undefined ? produce(write) : intoFile(name, force, produce)
})
