/** Numbers and times for people. */
import * as Duration from "effect/Duration"

/** `1234567` as `1,234,567`. */
export const count = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, ",")

/** A part of a whole as `12 %`; `0 %` is none of it, `100 %` all, and what is nearly so is told as that. */
export const share = (part: number, whole: number): string => {
  const percent = (100 * part) / whole
  if (part > 0 && percent < 1) return "less than 1 %"
  return `${count(part < whole ? Math.min(99, Math.ceil(percent)) : Math.ceil(percent))} %`
}

/** The same where there is no room for words: `0%` is none of it, `<1%` some, `100%` all. */
export const percent = (part: number, whole: number): string => {
  const share = whole === 0 ? 100 : (100 * part) / whole
  return part > 0 && share < 1 ? "<1%" : `${Math.floor(share)}%`
}

export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? "" : "s"}`

/** Seconds as `36.5 s`, `5 min 20 s`, `1 h 5 min`. */
export const duration = (seconds: number): string => {
  if (seconds < 60) return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`
  const whole = Math.round(seconds)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  return hours === 0 ? `${minutes} min ${whole % 60} s` : `${count(hours)} h ${minutes} min`
}

/** Seconds that nobody can know to the second: `5 s`, `3 min 10 s`, `1 h 5 min`. */
export const roughly = (seconds: number): string => {
  const step = seconds < 60 ? 5 : seconds < 600 ? 10 : seconds < 3600 ? 60 : 300
  return duration(Math.max(1, Math.round(seconds / step)) * step)
}

/** `1 min 3 s (503)`. */
export const outage = ({
  duration: lasted,
  reason,
}: {
  readonly duration: Duration.Duration
  readonly reason: string
}) => `${duration(Math.round(Duration.toSeconds(lasted)))} (${reason.length > 48 ? `${reason.slice(0, 47)}…` : reason})`
