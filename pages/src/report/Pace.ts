/** How fast it went, what held it up, and how long PX took to answer. */
import { count, counted, duration, moment } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import { Table } from "../shared/Table.ts"
import { clockTime, rate, text, zone } from "./format.ts"
import { Details, Section } from "./Section.ts"
import { latencies, plotted, rowsPerSecond } from "./series.ts"
import { timelineOf, type Timeline } from "./timeline.ts"
import { type Level, type Shade, TimePlot } from "./TimePlot.ts"
import { ended, nameOf, of, pauseReason, type Summary } from "./words.ts"

const shadesOf = ({ pauses }: Summary): ReadonlyArray<Shade> =>
  pauses.map(({ from, reason, until }) => ({
    from: Date.parse(from),
    until: Date.parse(until),
    label: pauseReason(reason),
    short: reason.split(":")[0]!,
  }))

/** The rate that a run allowed itself, in steps where it learned a lower one of PX. */
const levelsOfRun = ({ intervals }: Summary, run: Summary["runs"][number], index: number): ReadonlyArray<Level> => {
  const [from, until] = [Date.parse(run.startedAt), Date.parse(run.endedAt)]
  const learned = intervals.flatMap(({ at, limit, run: of }) => {
    return limit === undefined || of !== index ? [] : [{ at: Math.max(from, Date.parse(at)), limit }]
  })
  const steps = learned.filter(({ limit }, step) => limit !== learned[step - 1]?.limit)
  const { rate: asked } = run.settings
  if (steps.length === 0) return typeof asked === "number" ? [{ from, until, value: asked }] : []
  return steps.map(({ at, limit }, step) => ({
    from: step === 0 ? from : at,
    until: steps[step + 1]?.at ?? until,
    value: limit,
  }))
}

const levelsOf = (summary: Summary): ReadonlyArray<Level> =>
  summary.runs.flatMap((run, index) => levelsOfRun(summary, run, index))

const intervalTable = (summary: Summary) => {
  const keys = plotted(summary)
  return Table({
    caption: "Rows and answers in each interval",
    rows: summary.intervals,
    keyOf: ({ at, run }) => `${run} ${at}`,
    columns: [
      { name: "from", cell: ({ at }) => moment(Date.parse(at)) },
      { name: "rows a second", isNumber: true, cell: ({ rows }) => rate((ended(rows) * 1000) / summary.intervalMs) },
      ...keys.map((key) => ({
        name: nameOf(summary, key),
        isNumber: true,
        cell: ({ rows }: Summary["intervals"][number]) => count(of(rows, key)),
      })),
      { name: "allowed", isNumber: true, cell: ({ limit }) => (limit === undefined ? "–" : rate(limit)) },
      { name: "requests", isNumber: true, cell: ({ requests }) => count(requests) },
      { name: "refused (429)", isNumber: true, cell: ({ rateLimited }) => count(rateLimited) },
      {
        name: "median answer",
        isNumber: true,
        cell: ({ latency }) => (latency === undefined ? "–" : duration(latency.p50)),
      },
      {
        name: "95th percentile",
        isNumber: true,
        cell: ({ latency }) => (latency === undefined ? "–" : duration(latency.p95)),
      },
    ],
  })
}

const legend = (levels: ReadonlyArray<Level>, shades: ReadonlyArray<Shade>, pieces: number) => {
  const allowed = levels.map(({ value }) => value)
  const [least, most] = [Math.min(...allowed), Math.max(...allowed)]
  const range = least === most ? rate(most) : `${rate(least)} to ${rate(most)}`
  const parts = [
    ...(allowed.length > 0 ? [`Dashed: the ${range} requests a second that were allowed.`] : []),
    ...(shades.length > 0 ? ["Shaded: pauses, in which nothing was sent."] : []),
    ...(pieces > 1 ? [`The time between ${counted(pieces, "run")} is left out.`] : []),
    `Times are those of ${zone}.`,
  ]
  return html`<p class="dim note">${parts.join(" ")}</p>`
}

const rowsSection = (summary: Summary, timeline: Timeline) => {
  const keys = plotted(summary)
  const shades = shadesOf(summary)
  const levels = levelsOf(summary)
  const columns = rowsPerSecond(summary, timeline, keys)
  const all = summary.intervals.reduce((sum, { rows }) => sum + ended(rows), 0)
  const fastest = Math.max(0, ...summary.intervals.map(({ rows }) => (ended(rows) * 1000) / summary.intervalMs))
  const label = `Rows a second over time: ${counted(all, "row")}, at most ${rate(fastest)} a second, ${counted(shades.length, "pause")}.`
  return Section(
    "rows",
    "Rows a second",
    html`<${TimePlot}
      key=${keys.join()}
      label=${label}
      timeline=${timeline}
      columns=${columns}
      lines=${keys.map((key) => ({ name: nameOf(summary, key), color: `--${key}` }))}
      isStacked=${true}
      format=${rate}
      shades=${shades}
      levels=${levels}
    />`,
    legend(levels, shades, timeline.segments.length),
    html`<${Details} summary="The numbers of both plots" make=${() => intervalTable(summary)} />`,
  )
}

const latencySection = (summary: Summary, timeline: Timeline) => {
  const { latency } = summary
  if (latency === undefined) return null
  const told = `half within ${duration(latency.p50)}, 95 % within ${duration(latency.p95)}, the slowest ${duration(latency.max)}`
  return Section(
    "latency",
    "How long PX took to answer",
    html`<p class="note">Of all answers ${told}.</p>`,
    summary.intervals.some((interval) => interval.latency !== undefined) &&
      html`<${TimePlot}
        label=${`Time to an answer, median and 95th percentile: ${told}.`}
        timeline=${timeline}
        columns=${latencies(summary, timeline)}
        lines=${[
          { name: "median", color: "--info" },
          { name: "95th percentile", color: "--warn" },
        ]}
        isStacked=${false}
        format=${duration}
        shades=${shadesOf(summary)}
        levels=${[]}
      />`,
  )
}

const pausesSection = (summary: Summary) => {
  const { pauseReasons, pauses } = summary
  if (pauseReasons.length === 0) return null
  const all = pauseReasons.reduce((sum, { count: times }) => sum + times, 0)
  return Section(
    "pauses",
    "What held it up",
    Table({
      caption: "Pauses by reason",
      rows: pauseReasons,
      keyOf: ({ reason }) => reason,
      columns: [
        { name: "reason", cell: ({ reason }) => text(pauseReason(reason)) },
        { name: "pauses", isNumber: true, cell: ({ count: times }) => count(times) },
        {
          name: "together",
          isNumber: true,
          cell: ({ durationMs, goesOn }) => `${goesOn === true ? "at least " : ""}${duration(durationMs)}`,
        },
      ],
    }),
    html`<${Details}
      summary=${pauses.length < all ? `The first ${count(pauses.length)} of ${counted(all, "pause")}` : `Each of ${counted(all, "pause")}`}
      make=${() =>
        Table({
          caption: "Pauses, one by one",
          isStacked: true,
          rows: pauses,
          keyOf: ({ from, until }) => `${from} ${until}`,
          columns: [
            { name: "from", cell: ({ from }) => moment(Date.parse(from)) },
            {
              name: "until",
              cell: ({ goesOn, until }) => `${goesOn === true ? "at least " : ""}${clockTime(Date.parse(until))}`,
            },
            { name: "for", isNumber: true, cell: ({ from, until }) => duration(Date.parse(until) - Date.parse(from)) },
            { name: "reason", cell: ({ reason }) => text(pauseReason(reason)) },
          ],
        })}
    />`,
  )
}

export const Pace = (summary: Summary) => {
  if (summary.intervals.length === 0) return null
  const timeline = timelineOf(summary)
  return html`<div class="stack">
    ${rowsSection(summary, timeline)} ${pausesSection(summary)} ${latencySection(summary, timeline)}
  </div>`
}
