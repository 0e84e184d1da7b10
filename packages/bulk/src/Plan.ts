/**
 * What sending rows would do to the accounts that PX holds, before anything is sent: which accounts are created, which fields change from what to
 * what, what stays as it is.
 *
 * @since 0.1.0
 */
import * as AccountFields from "@effect-aptrinsic/core/AccountFields"
import type { Accounts } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError, ListReason, ReadReason } from "@effect-aptrinsic/core/AccountsError"
import type * as AccountsList from "@effect-aptrinsic/core/AccountsList"
import { checkListed } from "@effect-aptrinsic/core/internal/shared/list"
import { nearest } from "@effect-aptrinsic/core/internal/shared/nearest"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { through } from "./BulkAccounts.ts"
import * as Importer from "./Importer.ts"
import type { ImportHalted } from "./ImportHalted.ts"
import { countRows } from "./internal/plan/counts.ts"
import { isField } from "./internal/plan/fields.ts"
import { join } from "./internal/plan/join.ts"
import { plannedOf } from "./internal/plan/planned.ts"
import { makeTake } from "./internal/plan/rows.ts"
import { makeSpill } from "./internal/plan/spill.ts"
import { makeTable } from "./internal/plan/table.ts"
import { Journal, type JournalError } from "./Journal.ts"
import { PlanError } from "./PlanError.ts"
import { type PlannedRow, type PlanRow, toRow } from "./PlannedRow.ts"
import type { RowOutcome } from "./Row.ts"

/**
 * Options of a plan.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface Options extends Pick<AccountsList.ListOptions, "pageSize"> {
  /**
   * The fields that may be overwritten, as `plan`, `location`, `location.city` or `customAttributes.tier`. Accounts that PX does not have are
   * created with all that their rows say.
   *
   * @default all fields
   */
  readonly only?: ReadonlyArray<string> | undefined
  /**
   * Accounts that are read at once, where single reads take fewer requests than the list. The rate is the business of the `Accounts` service.
   *
   * @default 32
   */
  readonly concurrency?: number | undefined
}

/**
 * How many rows would do what, and how many of them change each field.
 *
 * **Example** (Reading counts from JSON)
 *
 * ```ts
 * import { Plan } from "@effect-aptrinsic/bulk"
 * import { Schema } from "effect"
 *
 * const text = `{"create":1,"change":2,"unchanged":40,"incomparable":0,"fields":{"plan":2}}`
 *
 * console.log(Schema.decodeSync(Schema.fromJsonString(Plan.Counts))(text).fields["plan"]) // 2
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Counts = Schema.Struct({
  create: Schema.Int,
  change: Schema.Int,
  unchanged: Schema.Int,
  incomparable: Schema.Int,
  fields: Schema.Record(Schema.String, Schema.Int),
})
/** @since 0.1.0 */
export interface Counts extends Schema.Schema.Type<typeof Counts> {}

/**
 * What sending the rows would do. `rows` says it of each, in their order, as often as it is run; it reads the stream of rows anew each time, and
 * asks PX nothing more.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Plan<E, R> {
  readonly counts: Counts
  readonly rows: Stream.Stream<PlannedRow, E | PlanError, R>
  /** How PX was asked, and how many pages of accounts or single accounts that took; retries and the empty end of a list are not counted. */
  readonly asked: { readonly by: "list" | "reads"; readonly requests: number }
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1

const problemOf = ({ concurrency = 32, only = [] }: Options): string | undefined => {
  if (!isCount(concurrency)) return "concurrency must be a whole number of at least 1"
  const unknown = only.find((name) => !isField(name))
  if (unknown === undefined) return undefined
  const near = nearest(
    unknown,
    AccountFields.fields.map(({ path }) => path),
  )
  return `only names ${visible(unknown, 100) || "nothing"}, which is not a field${near === undefined || near === "id" ? "" : `; perhaps ${near}`}`
}

const invalidOptions = (problem: string) =>
  new PlanError({
    kind: "InvalidOptions",
    message: `The options are not valid: ${problem}.`,
    hint: "Correct the option.",
  })

/**
 * Plans rows against what PX holds, and writes nothing.
 *
 * **Details**
 *
 * One page of the list tells how many accounts PX has. The rows are then joined with the whole list, or with one read for each, whichever takes
 * fewer requests. An empty text, spaces and `null` set nothing, so that an empty cell never clears; what PX keeps in another form (trimmed, rounded) is
 * unchanged. A row may hold no more than an id and what changes.
 *
 * Memory stays flat: some 45 bytes for a row. What PX holds otherwise is kept in a temporary file (mode 0600), which is gone with the scope.
 *
 * Fails with `PlanError` (`InvalidOptions`, `Unavailable`), and as the stream of rows, `AccountsList.pages` and
 * `Accounts.getAccount` do.
 *
 * **Gotchas**
 *
 * The stream of rows is read two or three times, and has to give the same rows each time. A row that says something else the next time is
 * `Incomparable`. A change that somebody makes in PX after the plan was made is seen by `apply` with `verify` alone.
 *
 * **Example** (What a row would do)
 *
 * ```ts
 * import { Plan } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const layer = Layer.merge(Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer)), layerServices)
 * const globex = { id: "globex", name: "Globex", propertyKeys: ["AP-XXXXXXXXXX-2"], plan: "free" }
 *
 * const program = Effect.gen(function* () {
 *   yield* Accounts.createAccount(globex)
 *   const rows = Stream.make({ row: 1, account: { id: "globex", plan: "pro" } }, { row: 2, account: { ...globex, id: "hank" } })
 *   const { counts } = yield* Plan.make(rows)
 *   return counts
 * }).pipe(Effect.scoped, Effect.provide(layer))
 *
 * const { change, create, fields } = await Effect.runPromise(program)
 * console.log(create, change, fields) // 1 1 { plan: 1 }
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fn("Plan.make")(function* <E, R>(
  rows: Stream.Stream<PlanRow, E, R>,
  options: Options = {},
): Effect.fn.Return<
  Plan<E, R>,
  E | PlanError | AccountsError<ListReason | ReadReason>,
  R | Accounts | FileSystem.FileSystem | Scope.Scope
> {
  const problem = problemOf(options)
  if (problem !== undefined) {
    return yield* invalidOptions(problem)
  }
  const { concurrency = 32, only } = options
  // Single reads take no page, and would not notice.
  const { pageSize } = yield* Effect.fromResult(checkListed({ pageSize: options.pageSize }))
  const take = makeTake(only)
  const table = makeTable()
  let sequence = 0
  yield* Stream.runForEachArray(rows, (chunk) =>
    Effect.sync(() => {
      for (const row of chunk) {
        const taken = take(row)
        sequence++
        if (Result.isFailure(taken)) continue
        table.add(sequence, taken.success)
      }
    }),
  )
  const spill = yield* makeSpill
  const asked = yield* join(rows, take, table, spill, { concurrency, pageSize })
  const planned = plannedOf(rows, take, table, spill)
  return { counts: yield* countRows(planned), rows: planned, asked }
})

/**
 * How much a plan may overwrite and create.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface Limits {
  /**
   * Accounts that may be overwritten.
   *
   * @default any number
   */
  readonly maxChanges?: number | undefined
  /**
   * The share of the rows whose accounts exist that may be overwritten, from 0 to 1.
   *
   * @default 1
   */
  readonly maxChangeShare?: number | undefined
  /**
   * Accounts that may be created. Nothing else stops a file whose ids PX does not know from creating all of them anew.
   *
   * @default any number
   */
  readonly maxCreates?: number | undefined
}

/** A share in per cent, without the noise of a product of fractions. */
const percentOf = (share: number) => Number((100 * share).toPrecision(12))

/** A share above a limit, with as many digits as the limit has, and as it takes to see that. 100 is said of all alone. */
const percentAbove = (share: number, limit: number) => {
  const given = /\.(\d+)$/.exec(String(percentOf(limit)))?.[1]?.length ?? 1
  const shown = [given, given + 1, given + 2].map((digits) => Number(percentOf(share).toFixed(digits)))
  return shown.find((each) => each > percentOf(limit) && (each < 100 || share >= 1)) ?? percentOf(share)
}

const count = (value: number) => value.toLocaleString("en-US")

/** `1 is`, `2 are`. */
const counted = (value: number) => `${count(value)} ${value === 1 ? "is" : "are"}`

const isLimit = (value: number) => value >= 0

const tooManyChanges = ({ change, fields, unchanged }: Counts, most: string, maxShare = 0) => {
  const byField = Object.entries(fields)
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, 5)
    .map(([path, rows]) => `${visible(path, 60)} ${count(rows)}`)
  return new PlanError({
    kind: "TooManyChanges",
    message: `${count(change)} of ${count(change + unchanged)} accounts would be overwritten, ${percentAbove(change / (change + unchanged), maxShare)} %; ${most} allowed. Fields: ${byField.join(", ")}.`,
    hint: "Look at the plan: a column or the ids may have shifted. Raise the limit when it is meant so.",
  })
}

/**
 * Fails with `PlanError` when a plan overwrites (`TooManyChanges`) or creates (`TooManyCreates`) more than the limits allow, as a file does whose
 * columns or ids have shifted; with `InvalidOptions` when a limit is not a number in its range.
 *
 * **Example** (A fifth of the accounts at most)
 *
 * ```ts
 * import { Plan } from "@effect-aptrinsic/bulk"
 * import { Effect } from "effect"
 *
 * const counts = { create: 0, change: 1, unchanged: 9, incomparable: 0, fields: { plan: 1 } }
 * const checked = Effect.as(Plan.checkLimits(counts, { maxChangeShare: 0.2 }), "within the limits")
 *
 * console.log(await Effect.runPromise(checked)) // within the limits
 * ```
 *
 * @stability unstable
 * @category validation
 * @since 0.1.0
 */
export const checkLimits = (counts: Counts, limits: Limits): Effect.Effect<void, PlanError> => {
  const any = Number.POSITIVE_INFINITY
  const { maxChanges = any, maxChangeShare = 1, maxCreates = any } = limits
  const { change, create, unchanged } = counts
  // A share that is meant as per cent would allow everything.
  if (!(maxChangeShare >= 0 && maxChangeShare <= 1)) {
    return Effect.fail(invalidOptions("maxChangeShare must be a number from 0 to 1"))
  }
  if (!isLimit(maxChanges)) return Effect.fail(invalidOptions("maxChanges must be a number of at least 0"))
  if (!isLimit(maxCreates)) return Effect.fail(invalidOptions("maxCreates must be a number of at least 0"))
  if (change / Math.max(1, change + unchanged) > maxChangeShare) {
    return Effect.fail(tooManyChanges(counts, `${percentOf(maxChangeShare)} % are`, maxChangeShare))
  }
  if (change > maxChanges) return Effect.fail(tooManyChanges(counts, counted(maxChanges)))
  if (create <= maxCreates) return Effect.void
  return Effect.fail(
    new PlanError({
      kind: "TooManyCreates",
      message: `${count(create)} ${create === 1 ? "account" : "accounts"} would be created; ${counted(maxCreates)} allowed.`,
      hint: "Look at the plan: the ids may be others than those of PX. Raise the limit when it is meant so.",
    }),
  )
}

/**
 * Options of carrying a plan out.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface ApplyOptions extends Importer.Options, Limits {}

/**
 * Carries a plan out: creates and updates accounts, and says of each row what became of it.
 *
 * **Details**
 *
 * The limits are checked before anything is sent. Rows go through an `Importer`: the journal first, which takes what an update overwrites, then the
 * account, then the journal again; an outage is waited out, and what every row would meet halts it. One outcome for each row but those that are
 * unchanged or that the journal knows as done; one that cannot be compared is `Invalid`, or stays in doubt where an earlier run may have changed its account.
 *
 * After a halt or a crash the rows are planned anew, and that plan is carried out over the same journal: what was done is unchanged by then, and
 * a row in doubt whose account holds what the row says ends as `Created` or `Updated` (`confirmed`).
 *
 * Fails with `PlanError` (`TooManyChanges`, `TooManyCreates`, or as `rows` does), `ImportHalted`, `JournalError`, and as the stream of rows does.
 *
 * **Example** (Bringing accounts up to date)
 *
 * ```ts
 * import { Journal, Plan } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 * const layer = Layer.mergeAll(accounts, Journal.layerMemory, layerServices)
 * const shelbyville = { id: "shelbyville", name: "Shelbyville Co", propertyKeys: ["AP-XXXXXXXXXX-2"], plan: "free" }
 *
 * const program = Effect.gen(function* () {
 *   yield* Accounts.createAccount(shelbyville)
 *   const plan = yield* Plan.make(Stream.make({ row: 1, account: { id: "shelbyville", plan: "pro" } }))
 *   const outcomes = yield* Stream.runCollect(Plan.apply(plan, { maxChanges: 10 }))
 *   const { plan: now } = yield* Accounts.getAccount("shelbyville")
 *   return [outcomes[0]?._tag, now]
 * }).pipe(Effect.scoped, Effect.provide(layer))
 *
 * console.log(await Effect.runPromise(program)) // [ 'Updated', 'pro' ]
 * ```
 *
 * @stability unstable
 * @category running
 * @since 0.1.0
 */
export const apply = <E, R>(
  plan: Plan<E, R>,
  options: ApplyOptions = {},
): Stream.Stream<RowOutcome, E | PlanError | ImportHalted | JournalError, R | Accounts | Journal> =>
  Stream.unwrap(
    Effect.gen(function* () {
      yield* checkLimits(plan.counts, options)
      const importer = yield* Importer.make(options)
      const { flush } = yield* Journal
      const end = Stream.suspend(() => {
        const halted = importer.halted()
        return halted === undefined ? Stream.fromEffectDrain(flush) : Stream.fail(halted)
      })
      return plan.rows.pipe(
        Stream.map(toRow),
        through(importer),
        Stream.filterMap((result) => (result._tag === "Ended" ? Result.succeed(result.outcome) : Result.failVoid)),
        Stream.concat(end),
      )
    }),
  )
