/**
 * Requests a second over the last two minutes, against the limit.
 */
import { useEffect, useMemo, useState } from "preact/hooks"
import uPlot from "uplot"
import { count, counted, percent } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import { axisSize, colour, padding, Plot, type PlotOptions } from "../shared/Plot.ts"
import type { Rate } from "./control.ts"

const length = 120

const noRate: Rate = { second: 0, total: 0, rateLimited: 0, failed: 0 }

/** The seconds up to `now`, with a rate for each; the last one is not over. */
const windowOf = (rates: ReadonlyArray<Rate>, now: number): ReadonlyArray<Rate> => {
  const known = new Map(rates.map((rate) => [rate.second, rate]))
  return Array.from({ length }, (_, index) => {
    const second = now - length + 1 + index
    return known.get(second) ?? { ...noRate, second }
  })
}

const options = (): PlotOptions => {
  const text = colour("--dim")
  const line = colour("--line")
  const bars = (name: string, variable: string, part: (plot: uPlot, at: number) => number): uPlot.Series => ({
    label: name,
    value: (plot, _value, _series, at) => (at === null || at === undefined ? "" : count(part(plot, at))),
    stroke: colour(variable),
    fill: colour(variable),
    width: 0,
    points: { show: false },
    ...(uPlot.paths.bars === undefined ? {} : { paths: uPlot.paths.bars({ size: [0.85, 100] }) }),
  })
  const axis: uPlot.Axis = {
    stroke: text,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    font: "12px system-ui",
  }
  return {
    legend: { live: true },
    padding,
    cursor: { drag: { x: false, y: false } },
    // A bar stands on the middle of its second.
    scales: {
      x: { range: (_plot, low, high) => [low - 0.5, high + 0.5] },
      y: { range: (_plot, _low, high) => [0, Math.max(5, high * 1.1)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 28, space: 76, values: "{HH}:{mm}:{ss}" },
      {
        ...axis,
        size: axisSize,
        values: (_plot, values) => values.map((value) => (Number.isInteger(value) ? count(value) : "")),
      },
    ],
    series: [
      { label: "At", value: "{HH}:{mm}:{ss}" },
      bars("Requests", "--good", (plot, at) => plot.data[1]?.[at] ?? 0),
      // It stands on the next one.
      bars("Failed", "--warn", (plot, at) => (plot.data[2]?.[at] ?? 0) - (plot.data[3]?.[at] ?? 0)),
      bars("Answered 429", "--bad", (plot, at) => plot.data[3]?.[at] ?? 0),
      {
        label: "Limit",
        value: (_plot, value) => (value === null ? "" : count(value)),
        stroke: colour("--bad"),
        width: 1.5,
        dash: [5, 4],
        points: { show: false },
      },
    ],
  }
}

/** The last ten seconds that are over, in words. */
const inWords = (rates: ReadonlyArray<Rate>, limit: number | undefined): string => {
  const last = rates.slice(-11, -1)
  const sum = (part: (rate: Rate) => number) => last.reduce((total, rate) => total + part(rate), 0)
  const total = sum((rate) => rate.total)
  const against = limit === undefined ? "without a limit" : `against a limit of ${count(limit)}`
  if (total === 0) return `No requests in the last ten seconds, ${against}.`
  const rejected = percent(sum((rate) => rate.rateLimited) / total)
  const failed = percent(sum((rate) => rate.failed) / total)
  const pace = total < 20 ? counted(total, "request") : `${count(Math.round(total / 10))} a second`
  return `${pace} over the last ten seconds, ${against}: ${rejected} answered 429, ${failed} failed.`
}

/** The second that it is, which goes on while nothing is asked. */
const useSecond = () => {
  const [second, tick] = useState(() => Math.floor(Date.now() / 1_000))
  useEffect(() => {
    const timer = setInterval(() => tick(Math.floor(Date.now() / 1_000)), 1_000)
    return () => clearInterval(timer)
  }, [])
  return second
}

export interface RatePlotProps {
  readonly rates: ReadonlyArray<Rate>
  readonly limit: number | undefined
}

export const RatePlot = ({ limit, rates }: RatePlotProps) => {
  const now = Math.max(useSecond(), rates.at(-1)?.second ?? 0)
  const window = useMemo(() => windowOf(rates, now), [rates, now])
  const data = useMemo(
    (): uPlot.AlignedData => [
      window.map(({ second }) => second),
      window.map(({ total }) => total),
      window.map(({ failed, rateLimited }) => failed + rateLimited),
      window.map(({ rateLimited }) => rateLimited),
      window.map(() => limit ?? null),
    ],
    [window, limit],
  )
  const words = inWords(window, limit)
  return html`
    <section class="card" aria-labelledby="rate">
      <div class="bar">
        <h2 id="rate">Requests a second</h2>
        <p class="dim">${words}</p>
      </div>
      <${Plot}
        label=${`Requests a second over the last two minutes. ${words}`}
        height=${180}
        data=${data}
        options=${options}
      />
    </section>
  `
}
