/**
 * Flags that say how values are written, as data: they are counted, compared and left out, and become text where they are shown.
 */

/** A flag of the import, and its argument. */
export interface Flag {
  readonly flag: "--date-format" | "--decimal" | "--grouping" | "--locale" | "--time-zone" | "--unit"
  readonly argument: string
}

/** Flags that are said together. */
export type Flags = ReadonlyArray<Flag>

/** A sentence that helps, and the flags that it names; alternatives. */
export interface Advice {
  readonly hint: string | undefined
  readonly flags: ReadonlyArray<Flags>
}

const quoted = (argument: string) => (argument === "'" ? `"'"` : `'${argument}'`)

/** A mark or a unit in quotes: a sentence may end behind it. */
const isQuoted = ({ argument, flag }: Flag) => flag === "--grouping" || flag === "--unit" || argument.includes(" ")

/** Flags as one pastes them. */
export const textOf = (flags: Flags): string =>
  flags.map((each) => `${each.flag} ${isQuoted(each) ? quoted(each.argument) : each.argument}`).join(" ")

const forms: ReadonlySet<string> = new Set<Flag["flag"]>(["--date-format", "--decimal", "--grouping"])

/** Whether flags say a form of dates or of numbers; a unit or a time zone goes with any form. */
export const isForm = (flags: Flags): boolean => flags.some(({ flag }) => forms.has(flag))
