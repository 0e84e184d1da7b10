/** Makes a profile the one that is used without `--profile`. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as Profile from "../../config/Profile.ts"
import { unknownProfile } from "../../config/Settings.ts"
import { Output } from "../../output/Output.ts"

export const run = Effect.fnUntraced(function* ({ name }: { readonly name: string }) {
  const output = yield* Output
  const file = yield* Profile.load
  if (!file.profiles.has(name)) return yield* unknownProfile({ value: name, source: "NAME" }, file)
  yield* Profile.save(file.path, { ...file.raw, profile: name })
  return yield* output.succeed({
    document: { profile: name, path: file.path },
    lines: [`${output.paint("green", "✔")} Profile ${visible(name, 60)} is now in use`],
    confirmation: true,
  })
})
