/**
 * Numbers, times and untrusted text as people read them. English everywhere, as the command writes it.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"

export { visible }

/** A name as something that is seen: in quotes where it is empty, or blank at an end. */
export const named = (text: string, longest: number): string =>
  text === "" || text !== text.trim() ? `"${visible(text, longest)}"` : visible(text, longest)

const whole = new Intl.NumberFormat("en")
const short = new Intl.NumberFormat("en", { maximumFractionDigits: 1 })
const oneDay = 86_400

/** `1,234,567` */
export const count = (value: number): string => whole.format(value)

/** `1 row`, `2 rows` */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? "" : "s"}`

/** `12.5 %`, of a share from 0 to 1 */
export const percent = (share: number): string => `${short.format(share * 100)} %`

/** `820 ms`, `3.2 s`, `4 min 10 s`, `2 h 5 min`, of milliseconds */
export const duration = (milliseconds: number): string => {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1_000
  if (seconds < 60) return `${short.format(seconds)} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
  if (seconds < oneDay) return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`
  return `${Math.floor(seconds / oneDay)} d ${Math.floor((seconds % oneDay) / 3_600)} h`
}

const two = (value: number) => String(value).padStart(2, "0")

/** `14:03:09.120` where the reader is, of epoch milliseconds */
export const timeOfDay = (at: number): string => {
  const time = new Date(at)
  const milliseconds = String(time.getMilliseconds()).padStart(3, "0")
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${milliseconds}`
}

/** `2026-11-26 14:03:09` where the reader is, of epoch milliseconds */
export const moment = (at: number): string => {
  const time = new Date(at)
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${timeOfDay(at).slice(0, 8)}`
}
