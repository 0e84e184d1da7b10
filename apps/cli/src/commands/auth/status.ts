/** Shows every setting and where it came from. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as ApiKey from "../../config/ApiKey.ts"
import * as Settings from "../../config/Settings.ts"
import { Failure } from "../../output/Failure.ts"
import { Output, table } from "../../output/Output.ts"
import { verify } from "./verify.ts"

export const run = Effect.fnUntraced(function* (args: { readonly check: boolean }) {
  const output = yield* Output
  const settings = yield* Settings.resolve
  const found = yield* Effect.result(ApiKey.find(settings))
  const { file, profile, server, productKeys, settleDelay, timeout } = settings
  const key = Result.isSuccess(found) ? Option.getOrUndefined(found.success) : undefined
  const rows: ReadonlyArray<readonly [name: string, value: string, source: string]> = [
    ["Profile", profile === undefined ? "none" : visible(profile.value), profile?.source ?? "default"],
    [
      "API key",
      key === undefined ? "none" : ApiKey.ending(key.value),
      key?.source ?? settings.apiKey?.source ?? "nowhere",
    ],
    ["Server", server.value.origin, server.source],
    [
      "Product keys",
      productKeys === undefined ? "none" : visible(productKeys.value.join(", ")),
      productKeys?.source ?? "default",
    ],
    ["Timeout", timeout === undefined ? "2m" : Duration.format(timeout.value), timeout?.source ?? "default"],
    [
      "Settle delay",
      settleDelay === undefined ? "depends on what was lost" : Duration.format(settleDelay.value),
      settleDelay?.source ?? "default",
    ],
    ["Configuration", visible(file.path), file.exists ? "read" : "not there"],
  ]
  const right = table(rows.map(([, value, source]) => [value, `(${source})`]))
  const document = {
    profile: profile?.value ?? null,
    apiKey: key === undefined ? null : { ending: ApiKey.ending(key.value), source: key.source },
    server: { origin: server.value.origin, dataCenter: server.value.dataCenter ?? null, source: server.source },
    productKeys: productKeys === undefined ? null : { values: [...productKeys.value], source: productKeys.source },
    timeout: timeout === undefined ? null : { milliseconds: Duration.toMillis(timeout.value), source: timeout.source },
    settleDelay:
      settleDelay === undefined
        ? null
        : { milliseconds: Duration.toMillis(settleDelay.value), source: settleDelay.source },
    configuration: { path: file.path, exists: file.exists },
  }
  const lines = table(rows.map(([name], index) => [name, right[index]!]))
  if (key !== undefined) {
    if (args.check) {
      if (!output.json) yield* output.note(lines.join("\n"))
      yield* verify({ settings, apiKey: key })
      const checked = `${output.paint("green", "✔")} ${server.value.origin} accepts the key`
      return yield* output.succeed({ document: { ...document, checked: true }, lines: [checked] })
    }
    return yield* output.succeed({ document, lines })
  }
  if (!output.json) yield* output.succeed({ document, lines })
  const { exitCode, code, message, hints } = Result.isFailure(found) ? found.failure : ApiKey.missing
  return yield* new Failure({ exitCode, code, message, hints, extra: { settings: document } })
})
