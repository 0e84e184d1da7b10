/**
 * A plot over the time of the runs: steps, a dashed line for what is allowed, and shaded pauses. The arrow keys move its cursor; a table says the
 * same as it.
 */
import { useRef } from "preact/hooks"
import uPlot from "uplot"
import { html } from "../shared/html.ts"
import { axisSize, colour, padding, Plot, type PlotOptions } from "../shared/Plot.ts"
import { apart, type Words } from "./apart.ts"
import { clockTime } from "./format.ts"
import type { Columns } from "./series.ts"
import { ticks, type Timeline } from "./timeline.ts"

export interface Line {
  readonly name: string
  /** The variable of its colour. */
  readonly color: string
}

interface Span {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly until: number
}

export interface Shade extends Span {
  readonly label: string
  /** What fits where the label does not. */
  readonly short: string
}

/** A level that holds for a while. */
export interface Level extends Span {
  readonly value: number
}

export interface Props {
  readonly label: string
  readonly timeline: Timeline
  readonly columns: Columns
  readonly lines: ReadonlyArray<Line>
  /** Whether the lines are areas, each of which stands on those before it. */
  readonly isStacked: boolean
  readonly format: (value: number) => string
  readonly shades: ReadonlyArray<Shade>
  readonly levels: ReadonlyArray<Level>
}

type Current = () => Props

/** The numbers to draw, the highest area first, so that each covers what it stands on. */
const drawn = ({ columns, isStacked, lines }: Props): uPlot.AlignedData => {
  const x = [...columns.x]
  if (!isStacked) return [x, ...columns.values.map((values) => [...values])]
  const sums: Array<Array<number | null>> = []
  for (const values of columns.values) {
    const below = sums.at(-1)
    sums.push(values.map((value, place) => (value === null ? null : value + (below?.[place] ?? 0))))
  }
  return [x, ...lines.map((_, index) => sums[lines.length - 1 - index]!)]
}

const place = (plot: uPlot, { timeline }: Props, at: number) => plot.valToPos(timeline.toX(at), "x", true)

const drawShades = (current: Current, fill: string, ink: string) => (plot: uPlot) => {
  const { ctx } = plot
  const { height, top } = plot.bbox
  const props = current()
  const unit = uPlot.pxRatio
  ctx.save()
  ctx.font = `${11 * unit}px system-ui, sans-serif`
  ctx.textBaseline = "top"
  ctx.textAlign = "left"
  for (const { from, label, short, until } of props.shades) {
    const start = place(plot, props, from)
    const width = Math.max(place(plot, props, until) - start, unit)
    ctx.fillStyle = fill
    ctx.fillRect(start, top, width, height)
    const fits = (words: string) => ctx.measureText(words).width + 8 * unit <= width
    ctx.fillStyle = ink
    if (fits(label) || fits(short)) ctx.fillText(fits(label) ? label : short, start + 4 * unit, top + 4 * unit)
    else if (width >= 12 * unit) {
      ctx.save()
      ctx.translate(start + width / 2, top + height / 2)
      ctx.rotate(Math.PI / 2)
      ctx.textBaseline = "middle"
      ctx.textAlign = "center"
      ctx.fillText(short, 0, 0)
      ctx.restore()
    }
  }
  ctx.restore()
}

/** The places of the words at the end of each level, in pixels of the canvas. */
const wordsOf = (plot: uPlot, props: Props): ReadonlyArray<Words> => {
  const unit = uPlot.pxRatio
  return props.levels.flatMap(({ from, until, value }, index) => {
    const words = `limit ${props.format(value)}`
    const end = place(plot, props, until)
    const { width } = plot.ctx.measureText(words)
    // A pause at the end has words of its own.
    const last = props.shades.find((shade) => shade.from < until && place(plot, props, shade.until) > end - width)
    const least = place(plot, props, from) + width + 8 * unit
    const right = last === undefined ? end : Math.max(least, place(plot, props, last.from) - 4 * unit)
    const isLast = index === props.levels.length - 1
    if (!isLast && (right < least || props.levels[index + 1]!.value === value)) return []
    const bottom = plot.valToPos(value, "y", true) - 4 * unit
    return [{ words, left: right - width, right, top: bottom - 14 * unit, bottom }]
  })
}

const drawLevels = (current: Current, ink: string, paper: string) => (plot: uPlot) => {
  const { ctx } = plot
  const props = current()
  const unit = uPlot.pxRatio
  ctx.save()
  ctx.fillStyle = ink
  ctx.font = `${11 * unit}px system-ui, sans-serif`
  ctx.textAlign = "right"
  ctx.strokeStyle = ink
  ctx.lineWidth = 1.5 * unit
  ctx.setLineDash([6 * unit, 4 * unit])
  for (const { from, until, value } of props.levels) {
    const height = plot.valToPos(value, "y", true)
    ctx.beginPath()
    ctx.moveTo(place(plot, props, from), height)
    ctx.lineTo(place(plot, props, until), height)
    ctx.stroke()
  }
  // Outlined, because they may stand on an area.
  ctx.setLineDash([])
  ctx.strokeStyle = paper
  ctx.lineWidth = 4 * unit
  for (const { bottom, right, words } of apart(wordsOf(plot, props))) {
    ctx.strokeText(words, right, bottom)
    ctx.fillText(words, right, bottom)
  }
  ctx.restore()
}

const seriesOf = (current: Current): Array<uPlot.Series> => {
  const { isStacked, lines } = current()
  const order = lines.map((_, index) => (isStacked ? lines.length - 1 - index : index))
  return order.map((index) => {
    const color = colour(lines[index]!.color)
    return {
      label: lines[index]!.name,
      stroke: color,
      width: isStacked ? 0 : 2,
      ...(isStacked ? { fill: color } : {}),
      points: { show: false },
      paths: uPlot.paths.stepped!({ align: 1 }),
      value: (_plot, _value, _series, at) => {
        const { columns, format } = current()
        const value = at === null ? null : columns.values[index]?.[at]
        return value === null || value === undefined ? "–" : format(value)
      },
    }
  })
}

/** The moment under the cursor, and the pause that it lies in. */
const under = ({ shades, timeline }: Props, x: number) => {
  const at = timeline.toTime(x)
  const pause = shades.find(({ from, until }) => from <= at && at <= until)
  return pause === undefined ? clockTime(at) : `${clockTime(at)} · ${pause.label}`
}

const optionsOf = (current: Current, keep: (plot: uPlot) => void) => (): PlotOptions => {
  const ink = colour("--dim")
  const axis = { stroke: ink, font: "12px system-ui, sans-serif" }
  const ticksOf = (plot: uPlot) => ticks(current().timeline, Math.max(2, Math.floor(plot.width / 90)))
  const top = (greatest: number | null) =>
    Math.max(1e-3, greatest ?? 0, ...current().levels.map(({ value }) => value)) * 1.12
  return {
    padding,
    scales: {
      x: { time: false, range: (_plot, least, greatest) => [least ?? 0, greatest ?? 1] },
      y: { range: (_plot, _least, greatest) => [0, top(greatest)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        splits: (plot) => [...ticksOf(plot).places],
        values: (plot, splits) => splits.map((x) => clockTime(current().timeline.toTime(x), ticksOf(plot).isRough)),
      },
      {
        ...axis,
        size: axisSize,
        grid: { stroke: colour("--line"), width: 1 },
        values: (_plot, splits) => splits.map(current().format),
      },
    ],
    series: [
      { label: "at", value: (_plot, x) => (x === null || x === undefined ? "–" : under(current(), x)) },
      ...seriesOf(current),
    ],
    cursor: { y: false, points: { show: false } },
    hooks: {
      ready: [keep],
      drawClear: [drawShades(current, colour("--pause"), ink)],
      draw: [drawLevels(current, colour("--limit"), colour("--card"))],
    },
  }
}

/** Moves the cursor of a plot by as many places as a key asks. */
const onKey = (plot: uPlot | null, event: KeyboardEvent) => {
  const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key]
  if (plot === null || step === undefined) return
  event.preventDefault()
  const last = plot.data[0].length - 1
  const from = plot.cursor.idx ?? (step > 0 ? -1 : last + 1)
  const next = Math.min(last, Math.max(0, from + step))
  plot.setCursor({ left: plot.valToPos(plot.data[0][next]!, "x"), top: 10 })
}

export const TimePlot = (props: Props) => {
  const latest = useRef(props)
  latest.current = props
  const plot = useRef<uPlot>(null)
  const made = useRef(
    optionsOf(
      () => latest.current,
      (drawn) => (plot.current = drawn),
    ),
  )
  const data = useRef<{ readonly columns: Columns; readonly drawn: uPlot.AlignedData }>(null)
  if (data.current?.columns !== props.columns) data.current = { columns: props.columns, drawn: drawn(props) }
  return html`
    <div
      class="keys"
      tabindex="0"
      role="group"
      aria-label=${`${props.label} Arrow keys move along it.`}
      onKeyDown=${(event: KeyboardEvent) => onKey(plot.current, event)}
    >
      <${Plot} label=${props.label} height=${250} data=${data.current.drawn} options=${made.current} />
    </div>
  `
}
