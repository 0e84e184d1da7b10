/**
 * Gets the API key from where the settings say it is, and says where that was; without any, asks for it on a terminal.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Prompt from "effect/cli/Prompt"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as ChildProcess from "effect/process/ChildProcess"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { ask } from "../input/Ask.ts"
import * as InputText from "../input/InputText.ts"
import { exitCodes, Failure } from "../output/Failure.ts"
import { Output } from "../output/Output.ts"
import { isExposed } from "./Profile.ts"
import type { Settings } from "./Settings.ts"
import type { KeySource, Sourced } from "./Sourced.ts"

/** The end of a key that is long enough not to be given away by it. */
export const ending = (key: Redacted.Redacted): string => {
  const text = Redacted.value(key)
  return text.length < 12 ? "(hidden)" : `…${visible(text.slice(-4))}`
}

const noKey = (message: string, ...hints: ReadonlyArray<string>) =>
  new Failure({ exitCode: exitCodes.denied, code: "no_key", message, hints })

export const missing = noKey(
  "There is no API key.",
  "Set APTRINSIC_API_KEY, pass --api-key-file FILE, or store one with 'aptrinsic auth login'.",
  "Make a key in PX under Administration → REST API, with Write permission.",
)

const notEmpty = (text: string, source: string) => {
  const key = text.trim()
  return key === "" ? Effect.fail(noKey(`The API key (from ${source}) is empty.`)) : Effect.succeed(Redacted.make(key))
}

const runCommand = Effect.fnUntraced(function* (
  [command, ...args]: readonly [string, ...ReadonlyArray<string>],
  source: string,
) {
  const failed = (how: string) =>
    noKey(`The command that prints the API key (from ${source}) ${how}.`, visible([command, ...args].join(" ")))
  const child = yield* ChildProcess.make(command, args, { stdin: "inherit", stderr: "inherit", detached: false }).pipe(
    Effect.mapError(() => failed("cannot be run")),
  )
  const [text, code] = yield* Effect.all([Stream.mkString(Stream.decodeText(child.stdout)), child.exitCode], {
    concurrency: 2,
  }).pipe(Effect.mapError(() => failed("was stopped")))
  return code === 0 ? text : yield* failed(`ended with exit code ${code}`)
}, Effect.scoped)

/** Asks for a key without showing it. */
export const askFor = Effect.fn("ApiKey.askFor")(function* (message: string) {
  const key = yield* ask((theme) => Prompt.Hidden({ message, theme }))
  return Option.isNone(key) ? key : Option.some(yield* notEmpty(Redacted.value(key.value), "the prompt"))
})

const get = Effect.fnUntraced(function* ({ value, source }: Sourced<KeySource>) {
  const output = yield* Output
  switch (value._tag) {
    case "Key": {
      if (source === "--api-key") {
        yield* output.warn(
          "--api-key can be read by every user of this machine (ps); prefer APTRINSIC_API_KEY or --api-key-file.",
        )
      }
      return { value: yield* notEmpty(Redacted.value(value.key), source), source }
    }
    case "Stored": {
      if (yield* isExposed(value.file)) {
        yield* output.warn(
          `Others can read the API key in ${visible(value.file)}; run: chmod 600 '${visible(value.file)}'`,
        )
      }
      return { value: value.key, source }
    }
    case "File": {
      const path = yield* Path.Path
      const text = yield* InputText.read(value.path === "-" ? "-" : path.resolve(value.path))
      const from = source.startsWith("--") ? `${source} ${visible(value.path)}` : source
      return { value: yield* notEmpty(text, from), source: from }
    }
    case "Command":
      return { value: yield* notEmpty(yield* runCommand(value.command, source), source), source }
  }
})

/** The key that the settings name; `None` when they name none. */
export const find = Effect.fn("ApiKey.find")(function* (settings: Pick<Settings, "apiKey">) {
  return settings.apiKey === undefined
    ? Option.none<Sourced<Redacted.Redacted>>()
    : Option.some(yield* get(settings.apiKey))
})

/** The key that the settings name, else the one that is typed in; fails when there is neither. */
export const require = Effect.fn("ApiKey.require")(function* (settings: Settings) {
  const found = yield* find(settings)
  if (Option.isSome(found)) return found.value
  const asked = yield* askFor("API key (not shown):")
  if (Option.isNone(asked)) return yield* missing
  return { value: asked.value, source: "typed in" }
})
