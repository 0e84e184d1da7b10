/** What a report shows beside the words of all pages: untrusted text, rates, and times on an axis. */
import { visible } from "../shared/format.ts"
import { html } from "../shared/html.ts"

/** A text of a file or a server: cut, with its controls spelled out, and apart from the direction of what stands around it. */
export const text = (value: string, longest = 300) => html`<bdi>${visible(value, longest)}</bdi>`

/** A rate: whole numbers from ten on. */
export const rate = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 })

/** A share from 0 to 1; neither all nor nothing is said of what is nearly so. */
export const share = (value: number): string => {
  if (value > 0 && value < 0.001) return "< 0.1 %"
  const shown = value < 1 ? Math.min(0.999, value) : value
  return `${(shown * 100).toLocaleString("en", { maximumFractionDigits: shown < 0.1 || shown > 0.99 ? 1 : 0, roundingMode: "trunc" })} %`
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" })
const minutes = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" })

/** The time where the reader is, of epoch milliseconds; without seconds when it `isRough`. */
export const clockTime = (at: number, isRough = false): string => (isRough ? minutes : clock).format(at)

/** The zone in which all times of the page are told. */
export const zone: string = Intl.DateTimeFormat().resolvedOptions().timeZone
