/**
 * Texts that are written in no declared form, and what one flag says of all of them: a language, or one format of dates.
 */
import type { Problem } from "../../Problem.ts"
import { hintForAll } from "../conversion/dateHint.ts"
import type { Wanted } from "../conversion/languages.ts"
import type { FoundProblem, ReadColumn } from "../mapping/target.ts"
import type { ProblemGroup } from "./problemGroups.ts"

const kinds: Partial<Record<Problem["code"], Wanted["kind"]>> = {
  not_a_number: "number",
  not_a_whole_number: "whole number",
  not_a_date: "date",
}

const isForm = (flags: string | undefined): flags is string =>
  flags !== undefined && /--(?:decimal|grouping|date-format) /.test(flags)

const textsOf = ({ first }: ProblemGroup) => first.flatMap(({ value }) => (value === undefined ? [] : [value]))

/** Texts that a form would make values of, of columns that are read as text or as nothing, and of values that cannot be read. */
export const wantedOf = (
  columns: ReadonlyArray<ReadColumn>,
  problems: ReadonlyArray<FoundProblem>,
  groups: ReadonlyArray<ProblemGroup>,
): ReadonlyArray<Wanted> => [
  ...problems.flatMap(({ wanted }) => wanted ?? []),
  ...columns.flatMap(({ offers: [offer], samples }): ReadonlyArray<Wanted> =>
    isForm(offer) ? [{ kind: offer.includes("--date-format") ? "date" : "number", texts: samples }] : [],
  ),
  ...groups.flatMap((group): ReadonlyArray<Wanted> => {
    const kind = kinds[group.first[0].code]
    return kind !== undefined && isForm(group.first[0].suggestion) ? [{ kind, texts: textsOf(group) }] : []
  }),
]

/** The flags of the languages instead of those for single forms; units stay, since no language implies one. */
const flagsOf = (languages: ReadonlyArray<string>, instead: string) =>
  languages.map((language) => [`--locale ${language}`, ...(instead.match(/--unit '[^']*'/g) ?? [])].join(" "))

/** The offers of a column, by a language where there is one. */
export const offersIn = (languages: ReadonlyArray<string>, { offers }: ReadColumn): ReadonlyArray<string> =>
  languages.length > 0 && isForm(offers[0]) ? flagsOf(languages, offers[0]) : offers

/** A problem of a column with the languages among its flags, where they read its texts. */
export const problemIn = (languages: ReadonlyArray<string>, problem: FoundProblem): FoundProblem =>
  languages.length === 0 || problem.wanted === undefined
    ? problem
    : {
        ...problem,
        flags: [...flagsOf(languages, problem.flags.join(" ")), ...problem.flags.filter((flag) => !isForm(flag))],
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
): ReadonlyArray<ProblemGroup> =>
  groups.flatMap((group) => {
    if (kinds[group.first[0].code] === undefined || !isForm(group.first[0].suggestion)) return [group]
    const alike = groups.filter((other) => isForm(other.first[0].suggestion) && isOfOne(other, group))
    if (alike[0] !== group) return []
    const said = alike.map(({ first }) => first[0].suggestion).join(" ")
    const suggestion =
      languages.length > 0
        ? `Say ${flagsOf(languages, said).join(" or ")}.`
        : hintForAll(group.first[0].code === "not_a_date" ? alike.flatMap(textsOf) : [])
    return suggestion === undefined ? alike : [merged(alike, suggestion)]
  })
