/**
 * The configuration file: `config.json` in the user's configuration directory, or where `APTRINSIC_CONFIG` points. It holds named
 * profiles; what it may hold is the schema below, anything else is refused with the nearest name.
 */
import { phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import { nearest } from "@effect-aptrinsic/core/internal/shared/nearest"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as UserDirectories from "effect/persistence/UserDirectories"
import type { PlatformError } from "effect/PlatformError"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as InputText from "../input/InputText.ts"
import * as JsonText from "../input/JsonText.ts"
import { exitCodes, Failure, type Problem, usage } from "../output/Failure.ts"
import { variable } from "./Environment.ts"

export const Profile = Schema.Struct({
  dataCenter: Schema.optionalKey(Schema.Literals(["us", "eu", "us2"])),
  baseUrl: Schema.optionalKey(Schema.NonEmptyString),
  productKeys: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  apiKey: Schema.optionalKey(Schema.RedactedFromValue(Schema.NonEmptyString)),
  apiKeyFile: Schema.optionalKey(Schema.NonEmptyString),
  apiKeyCommand: Schema.optionalKey(Schema.NonEmptyArray(Schema.NonEmptyString)),
  timeout: Schema.optionalKey(Schema.NonEmptyString),
  settleDelay: Schema.optionalKey(Schema.NonEmptyString),
})
export interface Profile extends Schema.Schema.Type<typeof Profile> {}

const Document = Schema.Struct({
  profile: Schema.optionalKey(Schema.NonEmptyString),
  profiles: Schema.optionalKey(Schema.Record(Schema.String, Profile)),
})

// Worded here rather than by the schema: a schema's message repeats the value, which may be the key.
const expectations = new Map([
  ["dataCenter", "must be us, eu or us2"],
  ["productKeys", `must be a list of product tag keys: ["AP-…"]`],
  ["apiKeyCommand", `must be a list, the command and its arguments: ["op", "read", "…"]`],
  ["profiles", "must be an object: a profile for each name"],
])

const decode = Schema.decodeUnknownResult(Document, { errors: "all", onExcessProperty: "error" })
const format = SchemaIssue.makeFormatterStandardSchemaV1({ leafHook: (issue) => issue._tag })

const problem = (path: ReadonlyArray<string>, message: string): Problem => {
  const name = path.at(-1) ?? ""
  const field = visible(path.join("."), 120)
  if (message === "UnexpectedKey") {
    const known = Object.keys(path.length === 1 ? Document.fields : Profile.fields)
    const suggestion = nearest(name, known)
    return { field, message: `is not a setting${suggestion === undefined ? "" : `; did you mean ${suggestion}?`}` }
  }
  if (path.length === 0 || path.length === 2) return { field, message: "must be an object" }
  return { field, message: expectations.get(name) ?? expectations.get(path.at(-2)!) ?? "must be text, not empty" }
}

/** A file that exists, as it is written; an absent one is empty. */
export interface ConfigFile {
  readonly path: string
  readonly exists: boolean
  readonly raw: { readonly [name: string]: Schema.Json }
  /** The profile the file itself selects. */
  readonly profile: string | undefined
  readonly profiles: ReadonlyMap<string, Profile>
}

/** Where the file is, or `undefined` when this user has no home directory. */
const locate = Effect.gen(function* () {
  const chosen = yield* variable("APTRINSIC_CONFIG")
  const path = yield* Path.Path
  if (chosen !== undefined) return { path: path.resolve(chosen), chosen: true }
  const directory = yield* UserDirectories.make().config("aptrinsic").pipe(Effect.option)
  return directory._tag === "None" ? undefined : { path: path.join(directory.value, "config.json"), chosen: false }
})

const invalid = (path: string, problems: ReadonlyArray<Problem>) =>
  new Failure({
    exitCode: exitCodes.usage,
    code: "usage",
    message: `${visible(path)} is not a valid configuration.`,
    problems,
  })

export const load: Effect.Effect<ConfigFile, Failure, FileSystem.FileSystem | Path.Path> = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const location = yield* locate
  const empty = { path: location?.path ?? "", exists: false, raw: {}, profile: undefined, profiles: new Map() }
  if (location === undefined) return empty
  const exists = yield* fs.exists(location.path).pipe(Effect.orElseSucceed(() => true))
  if (!exists && location.chosen) {
    return yield* usage(
      `${visible(location.path)} cannot be read: there is no such file or directory.`,
      "APTRINSIC_CONFIG points there.",
    )
  }
  if (!exists) return empty
  const text = yield* InputText.readFile(location.path).pipe(
    Effect.mapError(({ message, hints }) => usage(message, ...(hints ?? []))),
  )
  const json = JsonText.parse(text)
  if (Result.isFailure(json)) {
    const { line, column, message } = json.failure
    return yield* invalid(location.path, [{ field: `line ${line}, column ${column}`, message: visible(message) }])
  }
  const decoded = decode(json.success)
  if (Result.isFailure(decoded)) {
    const issues = format(decoded.failure.issue).issues
    return yield* invalid(
      location.path,
      issues.map((issue) => problem((issue.path ?? []).map(String), issue.message)),
    )
  }
  const { profile, profiles } = decoded.success
  return {
    path: location.path,
    exists: true,
    raw: json.success as ConfigFile["raw"],
    profile,
    profiles: new Map(Object.entries(profiles ?? {})),
  }
})

/** Whether others than the owner may read the file. */
export const isExposed = Effect.fn("Profile.isExposed")(function* (file: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  // Windows has no such mode bits; Node invents them.
  if (path.sep === "\\") return false
  const info = yield* fs.stat(file).pipe(Effect.option)
  return info._tag === "Some" && (info.value.mode & 0o077) !== 0
})

const unwritable = (path: string) => (error: PlatformError) => {
  const [phrase, hint] = phraseOf(error)
  return usage(`${visible(path)} cannot be written: ${phrase}.`, hint)
}

/** Replaces the file as a whole: created exclusively beside it for its owner alone, then renamed over it. */
export const save = Effect.fn("Profile.save")(function* (file: string, raw: { readonly [name: string]: Schema.Json }) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const suffix = (yield* Random.nextIntBetween(0, 2 ** 31)).toString(36)
  const temporary = `${file}.${suffix}.tmp`
  yield* Effect.gen(function* () {
    yield* fs.makeDirectory(path.dirname(file), { recursive: true, mode: 0o700 })
    yield* fs.writeFileString(temporary, `${JSON.stringify(raw, null, 2)}\n`, { flag: "wx", mode: 0o600 })
    yield* fs.rename(temporary, file).pipe(Effect.onError(() => Effect.ignore(fs.remove(temporary))))
  }).pipe(Effect.mapError(unwritable(file)), Effect.uninterruptible)
})

type JsonObject = { readonly [name: string]: Schema.Json }

const profilesOf = (file: ConfigFile) => (file.raw["profiles"] ?? {}) as JsonObject

/** The file with one profile replaced. */
export const withProfile = (
  file: ConfigFile,
  name: string,
  change: (profile: JsonObject) => JsonObject,
): JsonObject => {
  const profiles = profilesOf(file)
  return { ...file.raw, profiles: { ...profiles, [name]: change((profiles[name] ?? {}) as JsonObject) } }
}

/** The file without one profile, which is then no longer the one in use. */
export const withoutProfile = (file: ConfigFile, name: string): JsonObject => {
  const { profile, ...raw } = file.raw
  const profiles = Object.fromEntries(Object.entries(profilesOf(file)).filter(([other]) => other !== name))
  return { ...raw, profiles, ...(profile === undefined || profile === name ? {} : { profile }) }
}
