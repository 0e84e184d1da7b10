/** `help environment`: every variable that the command reads. */
import * as Effect from "effect/Effect"
import { wrap } from "../output/HelpPage.ts"
import { Output, pad } from "../output/Output.ts"

export const variables: ReadonlyArray<readonly [name: string, meaning: string]> = [
  ["APTRINSIC_API_KEY", "The API key"],
  ["APTRINSIC_API_KEY_FILE", "A file that holds the API key"],
  ["APTRINSIC_DATA_CENTER", "us, eu or us2: the data center of your subscription [default: us]"],
  ["APTRINSIC_BASE_URL", "Address of the API, instead of a data center"],
  ["APTRINSIC_PRODUCT_KEY", "Product tag keys, with commas between them"],
  ["APTRINSIC_TOTAL_TIMEOUT", "As --timeout: 15s, 2m"],
  ["APTRINSIC_SETTLE_DELAY", "As --settle-delay"],
  ["APTRINSIC_PROFILE", "As --profile"],
  ["APTRINSIC_CONFIG", "The configuration file, instead of aptrinsic/config.json in your configuration directory"],
  ["APTRINSIC_DATABASE", "As --database: the SQLite file or the URL of the Postgres that jobs are in"],
  ["APTRINSIC_API_KEY_NAME", "The API key of jobs that name it so, as APTRINSIC_API_KEY_ACME for acme"],
  ["APTRINSIC_LOG_LEVEL", "As --log-level: error, warn, info or debug"],
  ["NO_COLOR", "No colours, whatever its value"],
  ["FORCE_COLOR", "Colours even where there is no terminal; 0 and false turn them off. --color wins over both"],
  ["TERM", "dumb turns off colours and questions"],
]

export const run = Effect.fnUntraced(function* () {
  const output = yield* Output
  const column = Math.max(...variables.map(([name]) => name.length)) + 2
  const width = Math.max(40, Math.min(output.columns ?? 80, 100)) - column - 2
  const entries = variables.flatMap(([name, meaning]) =>
    wrap(meaning, width).map((line, at) => `  ${pad(at === 0 ? name : "", column)}${line}`),
  )
  return yield* output.succeed({
    document: { variables: variables.map(([name, meaning]) => ({ name, meaning })) },
    lines: [
      ...wrap(
        "A flag wins over the environment, the environment over the profile, the profile over the default. An empty variable counts as unset.",
        width + column,
      ),
      "",
      output.paint("bold", "ENVIRONMENT"),
      ...entries,
    ],
  })
})
