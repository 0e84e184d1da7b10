/**
 * Problems by their cause: a file in which one column is written in one wrong way has one problem, told once, however many rows it has.
 */
import type { Problem } from "../../Problem.ts"

/** Causes that are told apart; a file may name a key of its own in every row. */
const maxGroups = 1000
/** Problems of a cause that are kept. */
const maxFirst = 3

/**
 * Problems of one field, of one kind, with one way out.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface ProblemGroup {
  /** All of them. */
  readonly count: number
  /** The first of them, three at the most. */
  readonly first: readonly [Problem, ...ReadonlyArray<Problem>]
}

/** Groups problems as they come. */
export interface ProblemGroups {
  readonly note: (problem: Problem) => void
  /** The groups in the order in which they began, the serious ones first. */
  readonly all: () => ReadonlyArray<ProblemGroup>
}

/** The elements of a list have one cause. */
const fieldOf = ({ field }: Problem) => field.replace(/\.\d+$/, "")

/** Groups problems of one severity: memory is that of the first thousand groups, those of later ones are not kept. */
export const make = (): ProblemGroups => {
  const groups = new Map<string, { count: number; readonly first: [Problem, ...Array<Problem>] }>()
  return {
    note: (problem) => {
      const key = `${problem.code} ${fieldOf(problem)} ${problem.suggestion ?? ""}`
      const group = groups.get(key)
      if (group === undefined) {
        if (groups.size < maxGroups) groups.set(key, { count: 1, first: [problem] })
        return
      }
      group.count++
      if (group.first.length < maxFirst) group.first.push(problem)
    },
    all: () => {
      const [serious, others] = [true, false].map((isSerious) =>
        [...groups.values()].filter(({ first }) => (first[0].serious === true) === isSerious),
      )
      return [...serious!, ...others!]
    },
  }
}

/** How many problems each field has, by its dotted path. */
export const byField = (groups: ReadonlyArray<ProblemGroup>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const { count, first } of groups) {
    const field = fieldOf(first[0])
    counts.set(field, (counts.get(field) ?? 0) + count)
  }
  return counts
}
