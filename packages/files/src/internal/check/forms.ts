/**
 * Texts in forms that no flag declares, and the one flag that reads all of them: a language, or one format of dates.
 */
import type { Problem } from "../../Problem.ts"
import { hintForAll } from "../conversion/dateHint.ts"
import { type Flag, type Flags, isForm, textOf } from "../conversion/flag.ts"
import type { Wanted } from "../conversion/languages.ts"
import { map } from "../mapping/flags.ts"
import type { FoundProblem, ReadColumn } from "../mapping/target.ts"
import type { Conversion } from "../shared/conversion.ts"
import type { ProblemGroup } from "./problemGroups.ts"

const kinds: Partial<Record<Problem["code"], Wanted["kind"]>> = {
  not_a_number: "number",
  not_a_whole_number: "whole number",
  not_a_date: "date",
}

type FormsOf = Conversion["formsOf"]

const textsOf = ({ first }: ProblemGroup) => first.flatMap(({ value }) => (value === undefined ? [] : [value]))

/** The forms in which the values of a group could be read; they have one way out, which the first one shows. */
const formsIn = (group: ProblemGroup, formsOf: FormsOf): ReadonlyArray<Flags> => {
  const kind = kinds[group.first[0].code]
  const [text] = textsOf(group)
  return kind === undefined || text === undefined ? [] : formsOf(kind, text)
}

/** Texts that a form would make values of, of columns that are read as text or as nothing, and of values that cannot be read. */
export const wantedOf = (
  columns: ReadonlyArray<ReadColumn>,
  problems: ReadonlyArray<FoundProblem>,
  groups: ReadonlyArray<ProblemGroup>,
  formsOf: FormsOf,
): ReadonlyArray<Wanted> => [
  ...problems.flatMap(({ wanted }) => wanted ?? []),
  ...columns.flatMap(({ offers: [offer], samples }): ReadonlyArray<Wanted> => {
    if (offer === undefined || !isForm(offer.flags)) return []
    const isDate = offer.flags.some(({ flag }) => flag === "--date-format")
    return [{ kind: isDate ? "date" : "number", texts: samples }]
  }),
  ...groups.flatMap((group): ReadonlyArray<Wanted> => {
    const kind = kinds[group.first[0].code]
    return kind !== undefined && formsIn(group, formsOf).length > 0 ? [{ kind, texts: textsOf(group) }] : []
  }),
]

/** The languages instead of single forms; units stay, since no language implies one. */
const inLanguages = (languages: ReadonlyArray<string>, instead: Flags): ReadonlyArray<string> => {
  const units = new Set(instead.flatMap(({ argument, flag }) => (flag === "--unit" ? [argument] : [])))
  const flags = Array.from(units, (argument): Flag => ({ flag: "--unit", argument }))
  return languages.map((language) => textOf([{ flag: "--locale", argument: language }, ...flags]))
}

/** The offers of a column, by a language where there is one. */
export const offersIn = (
  languages: ReadonlyArray<string>,
  { column, field, offers }: ReadColumn,
): ReadonlyArray<string> => {
  const [first] = offers
  if (languages.length > 0 && first !== undefined && isForm(first.flags)) return inLanguages(languages, first.flags)
  return offers.map(({ flags, type }) =>
    [...(type === undefined ? [] : [map(column, `${field}:${type}`)]), textOf(flags)].join(" ").trim(),
  )
}

/** A problem of a column with the languages among its flags, where they read its texts. */
export const problemIn = (languages: ReadonlyArray<string>, problem: FoundProblem): FoundProblem => {
  const { flags, forms = [], wanted } = problem
  if (languages.length === 0 || wanted === undefined) return problem
  const single = new Set(forms.filter(isForm).map(textOf))
  return { ...problem, flags: [...inLanguages(languages, forms.flat()), ...flags.filter((flag) => !single.has(flag))] }
}

const isOfOne = (one: ProblemGroup, other: ProblemGroup) =>
  one.first[0].code === other.first[0].code && one.first[0].field === other.first[0].field

const merged = (groups: ReadonlyArray<ProblemGroup>, suggestion: string): ProblemGroup => {
  const [first, ...others] = groups
    .flatMap((group) => group.first)
    .toSorted((one, other) => one.row - other.row)
    .slice(0, 3)
  return {
    count: groups.reduce((sum, { count }) => sum + count, 0),
    first: [{ ...first!, suggestion }, ...others.map((problem) => ({ ...problem, suggestion }))],
  }
}

/** Puts problems of a field together that one form explains, which each of its texts alone leaves open. */
export const groupsIn = (
  languages: ReadonlyArray<string>,
  groups: ReadonlyArray<ProblemGroup>,
  formsOf: FormsOf,
): ReadonlyArray<ProblemGroup> =>
  groups.flatMap((group) => {
    if (formsIn(group, formsOf).length === 0) return [group]
    const alike = groups.filter((other) => isOfOne(other, group) && formsIn(other, formsOf).length > 0)
    if (alike[0] !== group) return []
    const forms = alike.flatMap((each) => formsIn(each, formsOf).flat())
    const suggestion =
      languages.length > 0
        ? `Say ${inLanguages(languages, forms).join(" or ")}.`
        : hintForAll(group.first[0].code === "not_a_date" ? alike.flatMap(textsOf) : [])
    return suggestion === undefined ? alike : [merged(alike, suggestion)]
  })
