/** Lists the profiles of the configuration file. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as Profile from "../../config/Profile.ts"
import { selectProfile } from "../../config/Settings.ts"
import { Output, table } from "../../output/Output.ts"

const keyOf = ({ apiKey, apiKeyCommand, apiKeyFile }: Profile.Profile) => {
  if (apiKey !== undefined) return "stored"
  if (apiKeyFile !== undefined) return "file"
  return apiKeyCommand === undefined ? "none" : "command"
}

export const run = Effect.fnUntraced(function* () {
  const output = yield* Output
  const file = yield* Profile.load
  const used = (yield* selectProfile(undefined, file))?.value
  const profiles = [...file.profiles].map(([name, profile]) => ({
    name,
    used: name === used,
    server: profile.baseUrl ?? profile.dataCenter ?? "us",
    apiKey: keyOf(profile),
  }))
  const rows = table(profiles.map(({ apiKey, server }) => [visible(server, 80), `key: ${apiKey}`]))
  const lines = table(
    profiles.map((profile, at) => [`${profile.used ? "*" : " "} ${visible(profile.name, 60)}`, rows[at]!]),
  )
  return yield* output.succeed({
    document: { profiles, configuration: { path: file.path, exists: file.exists } },
    lines: lines.length > 0 ? lines : ["There are no profiles; 'aptrinsic auth login' makes one."],
  })
})
