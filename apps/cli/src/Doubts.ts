/**
 * Has an account looked at twice before it is sent: what was created cannot be changed or deleted by this program.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as AccountValidation from "@effect-aptrinsic/core/AccountValidation"
import type { Doubt } from "@effect-aptrinsic/core/Doubt"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Prompt from "effect/cli/Prompt"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ask, canAsk } from "./Ask.ts"
import { exitCodes, Failure } from "./Failure.ts"
import { Output } from "./Output.ts"

const phrase = ({ message, suggestion }: Doubt) =>
  visible(suggestion === undefined ? `${message}.` : `${message}. ${suggestion}`)

const warn = Effect.fnUntraced(function* (doubts: ReadonlyArray<Doubt>) {
  const output = yield* Output
  // The document has them.
  if (output.json) return
  yield* Effect.forEach(doubts, (doubt) => output.warn(`${visible(doubt.path, 120)} ${phrase(doubt)}`), {
    discard: true,
  })
})

const document = (doubts: ReadonlyArray<Doubt>) => doubts.map((doubt) => ({ ...doubt }))

const refusal = (serious: ReadonlyArray<Doubt>, doubts: ReadonlyArray<Doubt>) =>
  new Failure({
    exitCode: exitCodes.invalid,
    code: "doubtful",
    message: "The account is doubtful. Nothing was sent.",
    problems: serious.map((doubt) => ({ field: visible(doubt.path, 120), message: phrase(doubt) })),
    hints: [`If it is right, pass --accept ${[...new Set(serious.map(({ code }) => code))].join(",")}.`],
    extra: { doubts: document(doubts) },
  })

/**
 * Warns of what is doubtful. Serious doubts are asked about, or refused where nobody can be asked, unless their codes are accepted.
 * Succeeds with all that is doubtful.
 */
export const review = Effect.fn("Doubts.review")(function* (account: NewAccount, accept: ReadonlyArray<string>) {
  const accepted = new Set(accept.flatMap((codes) => codes.split(",")).map((code) => code.trim()))
  const doubts = AccountValidation.doubts(account)
  const open = doubts.filter(({ code }) => !accepted.has(code))
  const serious = open.filter((doubt) => doubt.serious)
  if (serious.length > 0) {
    if (!(yield* canAsk)) return yield* refusal(serious, doubts)
    yield* warn(serious)
    const answer = yield* ask((theme) => Prompt.Confirm({ message: "Create it all the same?", theme }))
    if (!Option.getOrElse(answer, () => false)) return yield* refusal(serious, doubts)
  }
  yield* warn(open.filter((doubt) => !doubt.serious))
  return document(doubts)
})
