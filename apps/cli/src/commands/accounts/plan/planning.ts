/** Plans what the rows of a file would do in PX: shows how far that is, counts its requests, and collects what a screen shows of it. */
import type * as Plan from "@effect-aptrinsic/bulk/Plan"
import type { Change, Create, Incomparable, PlannedRow } from "@effect-aptrinsic/bulk/PlannedRow"
import * as AccountFields from "@effect-aptrinsic/core/AccountFields"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import type { Preview } from "@effect-aptrinsic/files/internal/shared/preview"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { stringify } from "../../../output/Output.ts"
import { replace } from "../export/target.ts"
import * as Progress from "../import/Progress.ts"
import * as words from "../import/words.ts"
import { document, shown, shownCreates } from "./lines.ts"

/** What says which fields may be overwritten. */
interface Said {
  readonly options: MappingOptions
  /** What the command line and the mapping file say. */
  readonly said: MappingOptions
  readonly preview: Preview
}

/** Product keys that neither the file nor the command line says are for new accounts: they do not replace those of others. */
export const onlyOf = (
  only: ReadonlyArray<string>,
  { options, preview, said }: Said,
): ReadonlyArray<string> | undefined => {
  if (only.length > 0) return only
  const isSaid =
    options.productKeys === undefined ||
    said.productKeys !== undefined ||
    said.set?.["propertyKeys"] !== undefined ||
    preview.columns.some(({ field }) => field === "propertyKeys")
  if (isSaid) return undefined
  const names = AccountFields.fields.map(({ path }) => path.replace(/\..*$/, ""))
  return [...new Set(names)].filter((name) => !["id", "propertyKeys"].includes(name))
}

const view = (label: string, requests: () => number): Progress.View => ({
  draw: () => [`Comparing ${label}`, words.plural(requests(), "request")],
  tell: () => `diff: ${requests()} requests`,
  document: () => ({ event: "diff", requests: requests() }),
})

/** Makes a plan, which lasts as long as the scope. `requests` counts all: those without a page of their own too, a retry, the empty end of a list. */
export const make = Effect.fnUntraced(function* <P extends Pick<Plan.Plan<unknown, unknown>, "asked">, E, R>(
  planning: Effect.Effect<P, E, R>,
  label: string,
  progress: "json" | undefined,
) {
  const scope = yield* Effect.scope
  let requests = 0
  const plan = yield* Effect.scoped(
    Effect.andThen(
      Progress.show(
        view(label, () => requests),
        progress,
      ),
      planning.pipe(
        AccountsEvent.observe((event) => Effect.sync(() => void (requests += event._tag === "Sending" ? 1 : 0))),
        Scope.provide(scope),
      ),
    ),
  )
  return { ...plan, asked: { ...plan.asked, requests } }
})

interface Further {
  /** A file for all rows that PX does not hold as they are. */
  readonly file?: string | undefined
  /** Takes each of them. */
  readonly each?: ((row: PlannedRow) => void) | undefined
}

/** The first rows that create, those that change, and those that cannot be compared. */
export const collect = Effect.fnUntraced(function* <E, R>(
  { counts, rows }: Plan.Plan<E, R>,
  hide: <A>(value: A) => A,
  { each, file }: Further = {},
) {
  const creates: Array<Create> = []
  const changes: Array<Change> = []
  const incomparable: Array<Incomparable> = []
  const keep = (row: PlannedRow) => {
    if (row._tag === "Create" && creates.length < shownCreates) creates.push(hide(row))
    if (row._tag === "Change" && changes.length < shown) changes.push(hide(row))
    if (row._tag === "Incomparable" && incomparable.length < shown) incomparable.push(hide(row))
  }
  const isEnough = () =>
    creates.length >= Math.min(shownCreates, counts.create) &&
    changes.length >= Math.min(shown, counts.change) &&
    incomparable.length >= Math.min(shown, counts.incomparable)
  const kept = Stream.filter(rows, ({ _tag }) => _tag !== "Unchanged").pipe(
    Stream.tap((row) =>
      Effect.sync(() => {
        keep(row)
        each?.(hide(row))
      }),
    ),
  )
  if (file !== undefined) {
    yield* replace(file, (write) =>
      Stream.runForEachArray(kept, (some) => write(some.map((row) => `${stringify(document(hide(row)))}\n`).join(""))),
    )
  } else if (each !== undefined) yield* Stream.runDrain(kept)
  else if (!isEnough()) yield* Stream.runDrain(Stream.takeUntil(kept, isEnough))
  return { counts, creates, changes, incomparable }
})
