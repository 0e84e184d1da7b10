/** Removes the API key of a profile from the configuration file, or the whole profile. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as Profile from "../../config/Profile.ts"
import { selectProfile, unknownProfile } from "../../config/Settings.ts"
import * as Flags from "../../input/Flags.ts"
import { Output } from "../../output/Output.ts"

export const run = Effect.fnUntraced(function* (args: { readonly delete: boolean }) {
  const output = yield* Output
  const file = yield* Profile.load
  const selected = yield* selectProfile(yield* Flags.Profile, file)
  if (selected !== undefined && !file.profiles.has(selected.value)) return yield* unknownProfile(selected, file)
  const name = selected?.value ?? "default"
  const profile = file.profiles.get(name)
  const removed = args.delete ? profile !== undefined : profile?.apiKey !== undefined
  if (removed) {
    const next = args.delete
      ? Profile.withoutProfile(file, name)
      : Profile.withProfile(file, name, ({ apiKey: _key, ...rest }) => rest)
    yield* Profile.save(file.path, next)
  }
  const what = args.delete ? "profile" : "the API key of profile"
  return yield* output.succeed({
    document: { profile: name, path: file.path, removed },
    lines: [
      removed
        ? `${output.paint("green", "✔")} Removed ${what} ${visible(name, 60)} from ${visible(file.path)}`
        : `= Profile ${visible(name, 60)} holds no API key`,
    ],
    confirmation: true,
  })
})
