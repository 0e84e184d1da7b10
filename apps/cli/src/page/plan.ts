/** What a file would create and change in PX, as a page to look at before anything is sent: the counts, and the first rows of each kind. */
import type * as Plan from "@effect-aptrinsic/bulk/Plan"
import type { PlannedRow } from "@effect-aptrinsic/bulk/PlannedRow"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { replace } from "../commands/accounts/export/target.ts"
import { stringify } from "../output/Output.ts"
import { page } from "./document.ts"
import { stamp } from "./stamp.ts"

/** Rows of each kind, and of each field. */
const shown = 20
/** Fields with rows of their own, those that change most often first. */
const shownFields = 60
/** Fields of which rows are kept until it is known how often each changes. */
const keptFields = 500

interface Place {
  readonly row: number
  readonly line?: number
  readonly id: string
}

interface Field extends Place {
  readonly from?: string
  readonly to: string
}

export interface Samples {
  readonly creates: ReadonlyArray<Place & { readonly name: string }>
  readonly incomparable: ReadonlyArray<Place & { readonly message: string }>
  readonly fields: { readonly [path: string]: ReadonlyArray<Field> }
}

const text = (value: Schema.Json) => visible(stringify(value), 200)

const placeOf = ({ id, line, row }: PlannedRow): Place => ({
  row,
  ...(line === undefined ? {} : { line }),
  id: visible(id, 80),
})

/** Keeps the first rows of a plan. */
export const makeSamples = () => {
  const creates: Array<Samples["creates"][number]> = []
  const incomparable: Array<Samples["incomparable"][number]> = []
  const fields = new Map<string, Array<Field>>()
  const addField = (place: Place, path: string, field: Omit<Field, keyof Place>) => {
    const known = fields.get(path)
    if (known === undefined && fields.size < keptFields) fields.set(path, [{ ...place, ...field }])
    if (known !== undefined && known.length < shown) known.push({ ...place, ...field })
  }
  const add = (row: PlannedRow) => {
    if (row._tag === "Create" && creates.length < shown) {
      creates.push({ ...placeOf(row), name: visible(row.account.name, 120) })
    }
    if (row._tag === "Incomparable" && incomparable.length < shown) {
      incomparable.push({ ...placeOf(row), message: visible(row.message, 300) })
    }
    if (row._tag !== "Change") return
    const place = placeOf(row)
    for (const { from, path, to } of row.fields) {
      addField(place, path, { ...(from === undefined ? {} : { from: text(from) }), to: text(to) })
    }
  }
  return { add, samples: (): Samples => ({ creates, incomparable, fields: Object.fromEntries(fields) }) }
}

interface Compared {
  readonly label: string
  /** The server, as a report names it. */
  readonly target: string
  readonly counts: Plan.Counts
  readonly asked: Plan.Plan<never, never>["asked"]
}

/** A page may go to somebody who has no business with folders of this machine. */
const nameOf = (path: string) => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)

const carried = Effect.fnUntraced(function* ({ asked, counts, label, target }: Compared, samples: Samples) {
  const { fields, ...rows } = counts
  const byRows = Object.entries(fields).toSorted(([, one], [, other]) => other - one)
  return {
    kind: "plan",
    made: yield* stamp,
    plan: {
      file: visible(nameOf(label), 200),
      target,
      counts: rows,
      asked,
      fields: byRows.slice(0, shownFields).map(([path, changed]) => ({
        path: visible(path, 100),
        rows: changed,
        first: (samples.fields[path] ?? []).map((field) => ({ ...field })),
      })),
      otherFields: Math.max(0, byRows.length - shownFields),
      creates: samples.creates.map((row) => ({ ...row })),
      incomparable: samples.incomparable.map((row) => ({ ...row })),
    },
  }
})

/** Writes the page to a file, in the place of one that is there. */
export const write = Effect.fnUntraced(function* (file: string, compared: Compared, samples: Samples) {
  const document = page(yield* carried(compared, samples))
  yield* replace(file, (append) => append(document))
})
