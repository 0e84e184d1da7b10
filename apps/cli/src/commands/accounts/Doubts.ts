/**
 * Has what is doubtful looked at twice before it is sent: what was sent cannot be taken back.
 */
import type { AccountPart } from "@effect-aptrinsic/core/Account"
import * as AccountValidation from "@effect-aptrinsic/core/AccountValidation"
import { Code, type Doubt } from "@effect-aptrinsic/core/Doubt"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { Operation } from "@effect-aptrinsic/core/Outcome"
import * as Prompt from "effect/cli/Prompt"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as String from "effect/String"
import { ask, canAsk } from "../../input/Ask.ts"
import { exitCodes, Failure, usage } from "../../output/Failure.ts"
import { Output } from "../../output/Output.ts"

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

/** The flag that accepts these codes, to paste. */
const acceptFlag = (codes: Iterable<string>): string => `--accept ${[...new Set(codes)].join(",")}`

const refusal = (serious: ReadonlyArray<Doubt>, doubts: ReadonlyArray<Doubt>) =>
  new Failure({
    exitCode: exitCodes.invalid,
    code: "doubtful",
    message: "The account is doubtful. Nothing was sent.",
    problems: serious.map((doubt) => ({ field: visible(doubt.path, 120), message: phrase(doubt) })),
    hints: [`If it is right, pass ${acceptFlag(serious.map(({ code }) => code))}.`],
    extra: { doubts: document(doubts) },
  })

/** The codes of `--accept`, which may hold several, with commas; `more` can be accepted beside what is doubtful about one account. */
export const acceptedOf = Effect.fnUntraced(function* (
  accept: ReadonlyArray<string>,
  more: ReadonlyArray<string> = [],
) {
  const codes = accept.flatMap((codes) => codes.split(",")).map((code) => code.trim())
  const known: ReadonlyArray<string> = [...Code.literals, ...more]
  const unknown = codes.find((code) => !known.includes(code))
  if (unknown === undefined) return new Set(codes)
  return yield* usage(`--accept "${visible(unknown, 60)}" is not the code of a doubt.`, `Codes: ${known.join(", ")}.`)
})

/** Whether a person says yes. */
export const isConfirmed = Effect.fnUntraced(function* (message: string) {
  const answer = yield* ask((theme) => Prompt.Confirm({ message, theme }))
  return Option.getOrElse(answer, () => false)
})

/**
 * Warns of what is doubtful. Serious doubts are asked about, or refused where nobody can be asked, unless their codes are accepted.
 * Succeeds with all that is doubtful.
 */
export const review = Effect.fn("Doubts.review")(function* (
  account: AccountPart,
  accept: ReadonlyArray<string>,
  { verb }: Operation,
) {
  const accepted = yield* acceptedOf(accept)
  const doubts = AccountValidation.doubts(account)
  const open = doubts.filter(({ code }) => !accepted.has(code))
  const serious = open.filter((doubt) => doubt.serious)
  if (serious.length > 0) {
    if (!(yield* canAsk)) return yield* refusal(serious, doubts)
    yield* warn(serious)
    const isMeant = yield* isConfirmed(`${String.capitalize(verb)} it anyway?`)
    if (!isMeant) return yield* refusal(serious, doubts)
  }
  yield* warn(open.filter((doubt) => !doubt.serious))
  return document(doubts)
})

/**
 * Rows of a file that are not sent because of what is doubtful: `open` counts it by code, without what is accepted. `document` goes with it.
 */
export const refusedRows = (label: string, open: ReadonlyMap<string, number>, document: Failure["extra"]) =>
  new Failure({
    exitCode: exitCodes.invalid,
    code: "doubtful",
    message: `${label}: probably a mistake: ${[...open].map(([code, count]) => `${code} (${count})`).join(", ")}. Nothing was sent.`,
    hints: [`Correct the rows and run again; if they are right, pass ${acceptFlag(open.keys())}.`],
    extra: document,
  })

/** Asks about the rows of a file, whose doubts were shown before; refuses them where nobody can be asked. */
export const reviewRows = Effect.fn("Doubts.reviewRows")(function* (
  label: string,
  open: ReadonlyMap<string, number>,
  document: Failure["extra"],
) {
  if (open.size === 0 || (yield* isConfirmed("Send them anyway?"))) return
  return yield* refusedRows(label, open, document)
})
