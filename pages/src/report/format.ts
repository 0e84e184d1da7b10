/** What a report shows beside the words of all pages: untrusted text, rates, and times on an axis. */
import { named, visible } from "../shared/format.ts"
import { html } from "../shared/html.ts"

/** A text of a file or a server: cut, with its controls spelled out, and apart from the direction of what stands around it. */
export const text = (value: string, longest = 300) => html`<bdi>${visible(value, longest)}</bdi>`

/** The id of an account, which is seen whatever it is. */
export const accountId = (id: string) => html`<bdi>${id === "" ? "(no id)" : named(id, 80)}</bdi>`

/** A rate: whole numbers from ten on. */
export const rate = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 })

/** So many thousandths of a whole, of which the part takes exactly this share. */
const thousandths = (value: number, of: number): string => {
  if (value > 0 && of < 1) return "< 0.1 %"
  // All is said of all alone.
  const shown = value < 1 ? Math.min(999, of) : of
  return `${(shown / 10).toLocaleString("en", { maximumFractionDigits: 1 })} %`
}

/** A share from 0 to 1; neither all nor nothing is said of what is nearly so. */
export const share = (value: number): string => thousandths(value, Math.round(value * 1000))

/** The shares that parts have of a whole: they add up to what the parts add up to. */
export const shares = (parts: ReadonlyArray<number>, whole: number): ReadonlyArray<string> => {
  const exact = parts.map((part) => (1000 * part) / whole)
  const sum = exact.reduce((all, each) => all + each, 0)
  const left = Math.round(sum) - exact.reduce((all, each) => all + Math.floor(each), 0)
  // Those that lose most by rounding down are rounded up.
  const up = new Set(
    exact
      .map((each, index) => ({ index, lost: each - Math.floor(each) }))
      .toSorted((one, other) => other.lost - one.lost)
      .slice(0, left)
      .map(({ index }) => index),
  )
  return exact.map((each, index) => thousandths(each / 1000, Math.floor(each) + (up.has(index) ? 1 : 0)))
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" })
const minutes = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" })

/** The time where the reader is, of epoch milliseconds; without seconds when it `isRough`. */
export const clockTime = (at: number, isRough = false): string => (isRough ? minutes : clock).format(at)

/** The zone in which all times of the page are told. */
export const zone: string = Intl.DateTimeFormat().resolvedOptions().timeZone
