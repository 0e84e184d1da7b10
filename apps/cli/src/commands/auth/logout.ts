/** Removes the API key of a profile from the configuration file. */
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Effect from "effect/Effect"
import * as Profile from "../../config/Profile.ts"
import { Output } from "../../output/Output.ts"
import { chosenProfile, withProfile } from "./login.ts"

export const run = Effect.fnUntraced(function* () {
  const output = yield* Output
  const file = yield* Profile.load
  const name = yield* chosenProfile(file)
  const removed = file.profiles.get(name)?.apiKey !== undefined
  if (removed) {
    yield* Profile.save(
      file.path,
      withProfile(file, name, ({ apiKey: _key, ...profile }) => profile),
    )
  }
  return yield* output.succeed({
    document: { profile: name, path: file.path, removed },
    lines: [
      removed
        ? `${output.paint("green", "✔")} Removed the API key of profile ${visible(name, 60)} from ${visible(file.path)}`
        : `= Profile ${visible(name, 60)} holds no API key`,
    ],
    confirmation: true,
  })
})
