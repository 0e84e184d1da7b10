/** The answer to the first question: is everything in? */
import { count, counted, duration, visible } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import { backOf, staysOf } from "./back.ts"
import { rate, share } from "./format.ts"
import { ended, isIn, type Summary, total, untold } from "./words.ts"

interface Answer {
  readonly tone: "good" | "warn" | "info"
  readonly sign: string
  readonly sentence: string
}

export const answerOf = (summary: Summary): Answer => {
  const rows = total(summary)
  const inPx = isIn(summary.counts)
  const back = backOf(summary)
  if (back !== undefined && summary.state !== "running") {
    const isDone = summary.state === "complete"
    return { tone: isDone ? "good" : "warn", sign: isDone ? "✔" : "!", sentence: back }
  }
  if (summary.state === "running") {
    const done = rows === 0 ? "" : `: ${share(ended(summary.counts) / rows)} of ${counted(rows, "row")} are done`
    return { tone: "info", sign: "▶", sentence: `The import is running${done}.` }
  }
  if (summary.state === "complete") {
    const all =
      rows === 0
        ? "There was nothing to send"
        : `Everything is in: ${rows === 1 ? "the one row is" : `all ${count(rows)} rows are`} in PX`
    return { tone: "good", sign: "✔", sentence: `${all}.` }
  }
  return {
    tone: "warn",
    sign: "!",
    sentence: `Not everything is in: ${untold(summary) > 0 ? "at least " : ""}${count(inPx)} of ${counted(rows, "row")} are in PX.`,
  }
}

/** What a run that goes on leaves open so far. */
const soFar = ({ counts: { failed, inDoubt, invalid }, runs }: Summary): ReadonlyArray<string> => {
  const lost = runs.at(-1)?.rows.inDoubt ?? 0
  const before = Math.max(0, inDoubt - lost)
  return [
    ...(failed + invalid > 0
      ? [
          `${counted(failed + invalid, "row")} could not be sent or ${failed + invalid === 1 ? "was" : "were"} refused so far: a file beside yours has them at the end.`,
        ]
      : []),
    ...(before > 0
      ? [`${counted(before, "row")} of an earlier run may or may not be in PX: this run looks first.`]
      : []),
    ...(lost > 0 ? [`${counted(lost, "row")} may or may not be in PX: the next run looks first.`] : []),
  ]
}

/** The work that is left, a sentence for each kind. */
export const stepsOf = (summary: Summary): ReadonlyArray<string> => {
  const { counts, differences, failedRows, recovered, state, wayBack } = summary
  if (state === "running") return soFar(summary)
  const { failed, inDoubt, invalid, remaining = 0 } = counts
  const toDo =
    failedRows === undefined
      ? "run the same command again, a file beside yours has them when it comes to its end"
      : `correct ${visible(failedRows, 120)}, and import that`
  const unknown = untold(summary)
  const differing = differences.find(({ why }) => why === "duplicate")?.differing ?? 0
  return [
    ...staysOf(summary),
    ...(failed + invalid > 0 && wayBack === undefined
      ? [
          `${counted(failed + invalid, "row")} could not be sent or ${failed + invalid === 1 ? "was" : "were"} refused: ${toDo}.`,
        ]
      : []),
    ...(inDoubt > 0
      ? [
          `${counted(inDoubt, "row")} may or may not be ${wayBack === undefined ? "in PX" : "set back"}: run the same command again, it looks first.`,
        ]
      : []),
    ...(remaining > 0
      ? [
          `${counted(remaining, "row")} ${remaining === 1 ? "was" : "were"} not sent yet: run the same command again, it continues.`,
        ]
      : []),
    ...(unknown > 0
      ? [`The report does not say what became of ${counted(unknown, "row")}: run the same command again, it continues.`]
      : []),
    ...(differing > 0
      ? [
          `${counted(differing, "account")} that ${differing === 1 ? "was" : "were"} there before ${differing === 1 ? "holds" : "hold"} other values than the file, and ${differing === 1 ? "was" : "were"} left so.`,
        ]
      : []),
    ...(recovered > 0 ? [`${counted(recovered, "row")} that failed at first came in with a later file.`] : []),
  ]
}

const worked = ({ runs }: Summary) =>
  runs.reduce((sum, { endedAt, startedAt }) => sum + Date.parse(endedAt) - Date.parse(startedAt), 0)

const perSecond = (summary: Summary) => {
  const rows = summary.runs.reduce((sum, { rows }) => sum + isIn(rows) + rows.failed, 0)
  const milliseconds = worked(summary)
  return milliseconds === 0 ? "–" : rate((rows * 1000) / milliseconds)
}

/** The largest figures of all. */
const figuresOf = (summary: Summary): ReadonlyArray<readonly [name: string, figure: string, tone: string]> => {
  const { counts } = summary
  const { failed, inDoubt, invalid, remaining } = counts
  const isBack = summary.wayBack !== undefined
  const open = (value: number) => (value > 0 ? "bad" : "")
  return [
    ...(isBack
      ? [["set back", count(counts.updated), ""] as const]
      : [
          ["created", count(counts.created), ""] as const,
          ...(counts.updated > 0 ? [["updated", count(counts.updated), ""] as const] : []),
          ["there before", count(counts.duplicate), ""] as const,
        ]),
    ["failed", count(failed), open(failed)],
    ["in doubt", count(inDoubt), open(inDoubt)],
    [isBack ? "left alone" : "invalid", count(invalid), open(invalid)],
    ...(remaining === undefined ? [] : [["left to send", count(remaining), remaining > 0 ? "warn" : ""] as const]),
    ["time at work", duration(worked(summary)), ""],
    ["rows a second", perSecond(summary), ""],
  ]
}

export const Headline = ({ summary }: { readonly summary: Summary }) => {
  const { sentence, sign, tone } = answerOf(summary)
  const steps = stepsOf(summary)
  return html`
    <section class=${`card answer ${tone}-edge`} aria-labelledby="answer">
      <h2 id="answer"><span class=${`sign ${tone}`} aria-hidden="true">${sign}</span> ${sentence}</h2>
      ${
        steps.length > 0 &&
        html`<ul>
          ${steps.map((step) => html`<li>${step}</li>`)}
        </ul>`
      }
      <dl class="figures">
        ${figuresOf(summary).map(
          ([name, figure, tone]) =>
            html`<div>
              <dt>${name}</dt>
              <dd class=${tone} data-figure=${name}>${figure}</dd>
            </div>`,
        )}
      </dl>
    </section>
  `
}
