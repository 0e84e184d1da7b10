/** Asks what becomes of columns that match nothing, one by one, with the best guess. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { Completed } from "@effect-aptrinsic/files/internal/shared/mapping"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import * as Prompt from "effect/cli/Prompt"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ask, canAsk } from "../../../input/Ask.ts"
import { Output } from "../../../output/Output.ts"

type Answers = Pick<MappingOptions, "columns" | "ignore" | "unmapped">

const choicesFor = (guess: string | undefined, isLast: boolean) => [
  ...(guess === undefined ? [] : [{ title: `Read it as ${visible(guess, 80)}`, value: "take" as const }]),
  { title: "Skip it", value: "ignore" as const },
  ...(isLast
    ? []
    : [
        { title: "Skip it and all others that match nothing", value: "ignoreAll" as const },
        { title: "Make it and all others custom attributes", value: "customAll" as const },
      ]),
  { title: "Stop", value: "stop" as const },
]

/** The options that the answers give; nothing when nobody can be asked, or the answer is to stop. */
export const askFor = Effect.fnUntraced(function* (open: Completed["open"]) {
  if (open.length === 0 || !(yield* canAsk)) return undefined
  const columns: Record<string, string> = {}
  const ignore: Array<string> = []
  const answers = (unmapped?: "ignore" | "custom"): Answers => ({
    ...(Object.keys(columns).length === 0 ? {} : { columns }),
    ...(ignore.length === 0 ? {} : { ignore }),
    ...(unmapped === undefined ? {} : { unmapped }),
  })
  for (const [index, { column, guess }] of open.entries()) {
    const isLast = index === open.length - 1
    const answer = yield* ask((theme) =>
      Prompt.Select({
        message: `${visible(column, 60)} matches no account field`,
        choices: choicesFor(guess, isLast),
        theme,
      }),
    )
    const chosen = Option.getOrElse(answer, () => "stop" as const)
    if (chosen === "stop") return undefined
    if (chosen === "ignoreAll") return answers("ignore")
    if (chosen === "customAll") return answers("custom")
    if (chosen === "take" && guess !== undefined) columns[column] = guess
    else ignore.push(column)
  }
  return answers()
})

/** These options with what was answered. */
export const withAnswers = (options: MappingOptions, { columns, ignore, unmapped }: Answers): MappingOptions => ({
  ...options,
  ...(columns === undefined ? {} : { columns: { ...options.columns, ...columns } }),
  ...(ignore === undefined ? {} : { ignore: [...(options.ignore ?? []), ...ignore] }),
  ...(unmapped === undefined ? {} : { unmapped }),
})

/** Says how not to be asked again. */
export const tellHowToKeep = Effect.flatMap(Output, (output) =>
  output.note("  --save-mapping FILE keeps these answers; --mapping FILE reads them the next time."),
)
