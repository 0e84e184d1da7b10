/** The life of one row, as lines for a terminal. */
import type { RunSummary } from "@effect-aptrinsic/bulk/ImportSummary"
import type { RowHistory, RowStep } from "@effect-aptrinsic/bulk/RowHistory"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as words from "../accounts/import/words.ts"
import { endOf, updates } from "./text.ts"

const steps: Record<string, string> = {
  sent: "sent",
  created: "created",
  updated: "updated",
  duplicate: "was in PX before, left unchanged",
  failed: "not created",
  in_doubt: "in doubt: may or may not be created",
  invalid: "invalid, not sent",
  released: "taken back: it was not sent, refused for a reason that is not its own, or PX held it by then",
  known: "known from the report of the file as it was before",
  compared: "compared with PX",
}

/** Where a plan says what is created and what is changed. */
const stepsOfUpdate: Record<string, string> = {
  failed: "neither created nor updated",
  in_doubt: "in doubt: may or may not be written",
}

/** On the way back from an import. */
const stepsBack: Record<string, string> = {
  updated: "set back",
  failed: "not set back",
  in_doubt: "in doubt: may or may not be set back",
  invalid: "left as it was",
}

const stepsOf = (run: RunSummary | undefined): Record<string, string> => ({
  ...steps,
  ...(run?.wayBack !== undefined ? stepsBack : updates(run) ? stepsOfUpdate : {}),
})

const requestLine = ({ answer, at, request }: NonNullable<RowStep["requests"]>[number]) =>
  `${request === "GET" ? "looked up" : request}: ${answer}, after ${words.duration(Duration.toSeconds(at))}`

/** Characters of a value, and of a line; `--json` has more. */
const most = { value: 200, line: 1000 }

const quoted = (value: string) =>
  JSON.stringify(value.length > most.value ? `${value.slice(0, most.value - 1)}…` : value)

/** `isBack`: on the way back no file says what is sent. */
const valueLine =
  (isBack: boolean) =>
  ({ found, path, sent }: NonNullable<RowStep["values"]>[number]) => {
    const held = `${path}: PX ${found === undefined ? "had nothing" : quoted(found)}`
    if (isBack) return `${held}, set back to ${sent === undefined ? "nothing" : quoted(sent)}`
    return `${held}, the file ${sent === undefined ? "nothing" : quoted(sent)}`
  }

const detailsOf = (step: RowStep, isBack: boolean): ReadonlyArray<string> => {
  const { attempts, cells, code, confirmed, message, requests = [], values = [], waitedMs } = step
  return [
    ...requests.map(requestLine),
    ...(confirmed === true ? ["its answer was lost; a lookup showed it"] : []),
    ...(attempts === undefined || requests.length > 0 ? [] : [words.plural(attempts, "request")]),
    ...(waitedMs === undefined || waitedMs < 1000 ? [] : [`waited ${words.duration(waitedMs / 1000)}`]),
    ...(message === undefined || cells !== undefined ? [] : [`${message}${code === undefined ? "" : `  [${code}]`}`]),
    ...(cells ?? []).map(({ code: what, column, field, message: text }) => `${column ?? field}: ${text}  [${what}]`),
    ...values.map(valueLine(isBack)),
  ].map((each) => visible(each, most.line))
}

const timeOf = (at: string | undefined) => (at === undefined ? "" : at.slice(0, 19).replace("T", " "))

/** What became of a run that tells no end of the row. */
const cutOff = (run: RunSummary | undefined, number: number): ReadonlyArray<string> => {
  if (run === undefined || run.state === "done") return []
  const what = run.state === "running" ? "goes on, and waits for the answer" : endOf(run.state)
  return [`${timeOf(DateTime.formatIso(run.endedAt))}  run ${number} ${what}`]
}

/** Fields that an import set where there was nothing: no way back clears them. */
const unsetBy = ({ step, values = [] }: RowStep) =>
  step === "sent" ? values.filter(({ found }) => found === undefined).map(({ path }) => path) : []

const staysLine = (path: string) =>
  visible(`${path}: stays as the import set it, since it was not set before`, most.line)

/** The steps, with the ends of the runs that came to none of their own. */
export const lines = ({ runs, steps: all }: RowHistory): ReadonlyArray<string> => {
  let unset: ReadonlyArray<string> = []
  return all.flatMap((step, index) => {
    const next = all[index + 1]
    const { wayBack } = runs[step.run] ?? {}
    const what = stepsOf(runs[step.run])[step.step] ?? step.step
    if (wayBack === undefined && step.step === "sent") unset = unsetBy(step)
    const stays = wayBack !== undefined && step.step !== "sent" ? unset.map(staysLine) : []
    const by = wayBack === undefined ? "" : `, the way back from ${visible(wayBack, 100)}`
    // What the end of its run means for a row that had come to its own is nothing.
    const isCutOff = step.step === "sent" && next?.run !== step.run
    return [
      `${visible(timeOf(step.at))}  ${what}  (run ${step.run + 1}${by})`,
      ...[...detailsOf(step, wayBack !== undefined), ...stays].map((each) => `                       ${each}`),
      ...(isCutOff ? cutOff(runs[step.run], step.run + 1) : []),
    ]
  })
}
