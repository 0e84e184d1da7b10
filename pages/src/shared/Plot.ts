/**
 * uPlot as an element: as wide as its place, in the colours of the scheme, drawn again when one of them changes. What it shows has to
 * stand in words beside it too: a canvas is silent.
 */
import { useEffect, useRef } from "preact/hooks"
import uPlot from "uplot"
import { html } from "./html.ts"

/** The value of a variable of the theme, such as `--good`, in the scheme that is shown. */
export const colour = (name: string): string => {
  const probe = document.createElement("i")
  probe.style.color = `var(${name})`
  // Colours that are forced would be one for all lines.
  probe.style.setProperty("forced-color-adjust", "none")
  document.body.append(probe)
  const value = getComputedStyle(probe).color
  probe.remove()
  return value
}

/** Everything uPlot asks for but its size; it is made anew for each scheme, so that `colour` may be used in it. */
export type PlotOptions = Omit<uPlot.Options, "width" | "height">

/** Room on the right for half of a time at the end of the axis. */
export const padding: uPlot.Padding = [null, 32, null, null]

/** As wide as its longest value, of characters of 12 pixels' height, with its ticks and gaps. */
export const axisSize: uPlot.Axis.Size = (_plot, values) =>
  20 + 7 * Math.max(3, ...(values ?? []).map((value) => value.length))

export interface PlotProps {
  /** What the plot shows, in a sentence. */
  readonly label: string
  readonly height: number
  readonly data: uPlot.AlignedData
  readonly options: () => PlotOptions
}

export const Plot = ({ data, height, label, options }: PlotProps) => {
  const place = useRef<HTMLDivElement>(null)
  const drawn = useRef<uPlot>(null)
  const latest = useRef(data)
  latest.current = data

  useEffect(() => {
    const element = place.current
    if (element === null) return
    const draw = () => {
      drawn.current?.destroy()
      drawn.current = new uPlot({ ...options(), width: element.clientWidth, height }, latest.current, element)
    }
    draw()
    // Paper has a scheme of its own.
    const schemes = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "print"].map((query) =>
      matchMedia(query),
    )
    for (const scheme of schemes) scheme.addEventListener("change", draw)
    const sizes = new ResizeObserver(() => drawn.current?.setSize({ width: element.clientWidth, height }))
    sizes.observe(element)
    return () => {
      for (const scheme of schemes) scheme.removeEventListener("change", draw)
      sizes.disconnect()
      drawn.current?.destroy()
    }
  }, [])

  useEffect(() => drawn.current?.setData(data), [data])

  return html`<div class="plot" role="img" aria-label=${label} ref=${place}></div>`
}
