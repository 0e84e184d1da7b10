/**
 * The way back from the updates of an import: what its journal says was overwritten, as a plan against what PX holds now.
 *
 * @since 0.1.0
 */
import type { Accounts } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError, ListReason, ReadReason } from "@effect-aptrinsic/core/AccountsError"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type Back, backOf } from "./internal/plan/back.ts"
import { countRows } from "./internal/plan/counts.ts"
import type { JournalError } from "./Journal.ts"
import * as JournalFile from "./JournalFile.ts"
import * as Plan from "./Plan.ts"
import type { PlanError } from "./PlanError.ts"
import { type PlanRow, toRevert } from "./PlannedRow.ts"
import type { Overwritten } from "./Row.ts"

/**
 * Fields that stay as they are, and of how many accounts: those that PX held nothing in before the import (`unset`), because how to clear a field is not
 * documented, and those that somebody changed since (`changed`).
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Stays {
  readonly unset: { readonly [path: string]: number }
  readonly changed: { readonly [path: string]: number }
}

/**
 * A plan that sets back what an import overwrote. A row with nothing that may be set back is `Incomparable`, and says why.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Revert extends Plan.Plan<JournalError, FileSystem.FileSystem> {
  readonly stays: Stays
}

/** The row that sets the fields back. */
const rowOf = (overwritten: Overwritten): PlanRow => {
  const { cannot, row } = toRevert(overwritten)
  if (row !== undefined) return row
  const { id, line, row: number } = overwritten
  const were = cannot.length === 1 ? "was" : "were"
  return {
    row: number,
    line,
    id,
    problem: `${visible(cannot.join(", "), 200)} ${were} not set before, and no call is known to clear a field`,
  }
}

/** Counts the fields that stay. */
const makeStays = () => {
  const [unset, changed] = [new Map<string, number>(), new Map<string, number>()]
  const add = (counts: Map<string, number>, paths: ReadonlyArray<string>) => {
    for (const path of paths) counts.set(path, (counts.get(path) ?? 0) + 1)
  }
  return {
    add: (back: Back) => {
      add(unset, back.unset)
      add(changed, back.changed)
    },
    counted: (): Stays => ({ unset: Object.fromEntries(unset), changed: Object.fromEntries(changed) }),
  }
}

/**
 * Plans the way back from what the journal at `path` says was overwritten, and writes nothing. `Plan.apply` carries it out, over a journal of its
 * own.
 *
 * **Details**
 *
 * A field is set back where PX still holds what the import wrote, also of rows that it left in doubt. Accounts that it created stay: nothing is deleted. One that is gone is not created again.
 *
 * Fails with `JournalError` as `JournalFile.overwritten` does, and as `Plan.make` does.
 *
 * **Example** (Back to the plan that an account had)
 *
 * ```ts
 * import { Journal, JournalFile, Plan, Revert } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect, FileSystem, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 * const subject = { file: "plans", content: "query 9", mapping: "1", target: "https://api.aptrinsic.com" }
 *
 * const program = Effect.gen(function* () {
 *   const path = `${yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()}/plans.ndjson`
 *   yield* Accounts.createAccount({ id: "lard-lad", name: "Lard Lad", propertyKeys: ["AP-XXXXXXXXXX-2"], plan: "free" })
 *   const plan = yield* Plan.make(Stream.make({ row: 1, account: { id: "lard-lad", plan: "pro" } }))
 *   yield* Stream.runDrain(Plan.apply(plan)).pipe(Effect.provide(JournalFile.layer({ path, subject })))
 *   const back = yield* Revert.make(path)
 *   yield* Stream.runDrain(Plan.apply(back)).pipe(Effect.provide(Journal.layerMemory))
 *   return (yield* Accounts.getAccount("lard-lad")).plan
 * }).pipe(Effect.scoped, Effect.provide([accounts, layerServices]))
 *
 * console.log(await Effect.runPromise(program)) // free
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fn("Revert.make")(function* (
  path: string,
  options: Pick<Plan.Options, "concurrency" | "pageSize"> = {},
): Effect.fn.Return<
  Revert,
  JournalError | PlanError | AccountsError<ListReason | ReadReason>,
  Accounts | FileSystem.FileSystem | Scope.Scope
> {
  const overwritten = JournalFile.overwritten(path)
  const plan = yield* Plan.make(Stream.map(overwritten, rowOf), options)
  const backs = Stream.zipWith(plan.rows, overwritten, backOf)
  const stays = makeStays()
  const counted = Stream.map(backs, (back) => {
    stays.add(back)
    return back.row
  })
  const counts = yield* countRows(counted)
  return { counts, rows: Stream.map(backs, ({ row }) => row), asked: plan.asked, stays: stays.counted() }
})
