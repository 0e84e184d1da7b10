/**
 * Checks rows before anything is sent: every problem of every row, ids that are there twice, what is doubtful.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { CheckedRow } from "./CheckedRow.ts"
import * as ProblemGroups from "./internal/check/problemGroups.ts"
import type { RowReader } from "./internal/mapping/rowReader.ts"
import { check as checkRows } from "./internal/shared/check.ts"
import type { Code, Problem } from "./Problem.ts"
import type { SourceRow } from "./SourceRow.ts"

export type { ProblemGroup } from "./internal/check/problemGroups.ts"

/**
 * Checks rows in their order. The same rows come out the same each time: a program that sends checks once more and leaves out what is invalid.
 * Fails with nothing but what the rows fail with.
 *
 * **Details**
 *
 * The second row of an id is invalid (`duplicate_id`); one that differs only by case, Unicode form or surrounding spaces is warned about. Ids are
 * remembered by hashes of 64 bits, in 24 to 28 bytes each: 24 MiB for a million.
 *
 * **Gotchas**
 *
 * Ids are the same when their hashes are: two different ids among a million agree in one file of 37 million. The hashes are not
 * secret: who writes a file can make two ids of it collide, and only has the second one refused.
 *
 * **Example** (Every problem of a row)
 *
 * ```ts
 * import { Check, Mapping } from "@effect-aptrinsic/files"
 * import { Effect, Result, Stream } from "effect"
 *
 * const mapping = Result.getOrThrow(Mapping.make({ productKeys: ["AP-1-2"] }))
 * const reader = Result.getOrThrow(mapping.forColumns(["id", "name", "healthScore"]))
 * const rows = Stream.make({ _tag: "Cells", row: 1, line: 2, cells: ["0042", "Duff Brewery", "good"] } as const)
 *
 * const [row] = await Effect.runPromise(Stream.runCollect(Check.check(reader)(rows)))
 * console.log(row?._tag === "Invalid" && row.problems[0]?.message) // "good" is not a whole number
 * ```
 *
 * @stability unstable
 * @category validation
 * @since 0.1.0
 */
export const check =
  (reader: RowReader) =>
  <E, R>(rows: Stream.Stream<SourceRow, E, R>): Stream.Stream<CheckedRow, E, R> =>
    checkRows(reader)(rows)

/**
 * What a check found.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Summary {
  /** All of them, valid or not. */
  readonly rows: number
  /** Rows that may be sent. */
  readonly valid: number
  /** Rows that may not be sent. */
  readonly invalid: number
  /** Rows with at least one warning. */
  readonly doubtful: number
  /** Invalid rows that could not be read as rows. */
  readonly unreadable: number
  /** The first valid rows, as many as were asked for. */
  readonly first: ReadonlyArray<SourceRow>
  /** The first errors, as many as are kept. */
  readonly errors: ReadonlyArray<Problem>
  /** The first warnings, as many as are kept. */
  readonly warnings: ReadonlyArray<Problem>
  /** All errors, counted. */
  readonly errorCount: number
  /** All warnings, counted. */
  readonly warningCount: number
  /** All errors by their cause. */
  readonly errorGroups: ReadonlyArray<ProblemGroups.ProblemGroup>
  /** All warnings by their cause. */
  readonly warningGroups: ReadonlyArray<ProblemGroups.ProblemGroup>
  /** How many of each code, errors and warnings, the most frequent first. */
  readonly codes: ReadonlyMap<Code, number>
  /** How many serious warnings of each code, the most frequent first. */
  readonly serious: ReadonlyMap<Code, number>
}

const addTo = (counts: Map<Code, number>, code: Code) => counts.set(code, (counts.get(code) ?? 0) + 1)

/** Counts and groups the problems of one severity, and keeps the first of them. */
const makeTold = (keep: number) => {
  const first: Array<Problem> = []
  const groups = ProblemGroups.make()
  const codes = new Map<Code, number>()
  const serious = new Map<Code, number>()
  let count = 0
  return {
    first,
    groups,
    codes,
    serious,
    count: () => count,
    take: (problems: ReadonlyArray<Problem>) => {
      count += problems.length
      for (const problem of problems) {
        addTo(codes, problem.code)
        if (problem.serious === true) addTo(serious, problem.code)
        groups.note(problem)
        if (first.length < keep) first.push(problem)
      }
    },
  }
}

const merged = (one: ReadonlyMap<Code, number>, other: ReadonlyMap<Code, number>) => {
  const both = new Map(one)
  for (const [code, count] of other) both.set(code, (both.get(code) ?? 0) + count)
  return both
}

const mostFirst = (counts: ReadonlyMap<Code, number>) =>
  new Map([...counts].toSorted(([, one], [, other]) => other - one))

/**
 * Adds up checked rows: how many are valid, the first problems, all of them by their cause. Memory is that of what is kept. Fails with what the
 * rows and the callbacks fail with.
 *
 * **Example** (How many rows are valid)
 *
 * ```ts
 * import { Check, Mapping, Source } from "@effect-aptrinsic/files"
 * import { Effect, Stream } from "effect"
 *
 * const file = "id,name,propertyKeys\n1,Duff,AP-1-2\n1,Moe's,AP-1-2\n"
 *
 * const program = Effect.gen(function* () {
 *   const source = yield* Source.open(Stream.make(new TextEncoder().encode(file)))
 *   const mapping = yield* Effect.fromResult(Mapping.make())
 *   const reader = yield* Effect.fromResult(mapping.forColumns(source.columns))
 *   return yield* Check.summarize(Check.check(reader)(source.rows))
 * })
 *
 * const { codes, rows, valid } = await Effect.runPromise(program)
 * console.log(rows, valid, codes.get("duplicate_id")) // 2 1 1
 * ```
 *
 * @stability unstable
 * @category validation
 * @since 0.1.0
 */
export const summarize = Effect.fnUntraced(function* <E, R, E2 = never>(
  rows: Stream.Stream<CheckedRow, E, R>,
  options: {
    /**
     * Errors, and warnings, that are kept; the others are counted.
     *
     * @default 1000
     */
    readonly keep?: number | undefined
    /**
     * Valid rows that are kept, as the source holds them.
     *
     * @default 0
     */
    readonly keepRows?: number | undefined
    /** Sees every chunk of rows, for progress. */
    readonly onRows?: ((total: number) => Effect.Effect<void>) | undefined
    /** Takes every problem, for a report. */
    readonly onProblems?: ((problems: ReadonlyArray<Problem>) => Effect.Effect<void, E2>) | undefined
  } = {},
): Effect.fn.Return<Summary, E | E2, R> {
  const { keep = 1000, keepRows = 0, onProblems, onRows } = options
  const [errors, warnings] = [makeTold(keep), makeTold(keep)]
  const first: Array<SourceRow> = []
  const counts = { rows: 0, valid: 0, invalid: 0, doubtful: 0, unreadable: 0 }
  yield* Stream.runForEachArray(rows, (chunk) =>
    Effect.suspend(() => {
      const problems: Array<Problem> = []
      for (const row of chunk) {
        counts.rows++
        if (row._tag === "Valid") {
          counts.valid++
          if (first.length < keepRows) first.push(row.source)
          if (row.warnings.length === 0) continue
          counts.doubtful++
          warnings.take(row.warnings)
          if (onProblems !== undefined) problems.push(...row.warnings)
        } else {
          counts.invalid++
          if (row.source._tag === "Unreadable") counts.unreadable++
          errors.take(row.problems)
          if (onProblems !== undefined) problems.push(...row.problems)
        }
      }
      const told = onProblems === undefined || problems.length === 0 ? Effect.void : onProblems(problems)
      return onRows === undefined ? told : Effect.andThen(told, onRows(counts.rows))
    }),
  )
  return {
    ...counts,
    first,
    errors: errors.first,
    warnings: warnings.first,
    errorCount: errors.count(),
    warningCount: warnings.count(),
    errorGroups: errors.groups.all(),
    warningGroups: warnings.groups.all(),
    codes: mostFirst(merged(errors.codes, warnings.codes)),
    serious: mostFirst(warnings.serious),
  }
})
