/** What PX holds otherwise than the rows say, and what updates overwrote: counted by field, with the first rows. */
import { bounds, type Differences, type DifferentRow } from "../../ImportSummary.ts"
import type { FieldChange, FieldDifference } from "../../Row.ts"
import type { Line } from "../journal/line.ts"
import { cut, textOf } from "../texts.ts"

/** Updates that were sent and have no end, of which each killed run leaves a few. */
const maxPending = 10_000
/** Fields that are told apart. */
const maxFields = 1000

const overwritten = ({ from, path, to }: FieldChange): FieldDifference => ({
  path,
  sent: textOf(to, Infinity),
  ...(from === undefined ? {} : { found: textOf(from, Infinity) }),
})

const shortened = ({ found, path, sent }: FieldDifference, most?: number): FieldDifference => ({
  path: cut(path, most ?? 100),
  ...(sent === undefined ? {} : { sent: cut(sent, most) }),
  ...(found === undefined ? {} : { found: cut(found, most) }),
})

/** Of which line a row is: that of a journal. */
type Place = Pick<Line, "row" | "line" | "id">

const makeKind = (why: Differences["why"]) => {
  const fields = new Map<string, number>()
  const first: Array<DifferentRow> = []
  let [rows, differing] = [0, 0]
  return {
    count: () => void rows++,
    add: (journal: number, { id, line, row }: Place, values: ReadonlyArray<FieldDifference>) => {
      if (values.length === 0) return
      differing++
      for (const { path } of values) {
        if (fields.has(path) || fields.size < maxFields) fields.set(path, (fields.get(path) ?? 0) + 1)
      }
      if (first.length >= bounds.differences) return
      const place = { journal, row, ...(line === undefined ? {} : { line }), id: cut(id) }
      first.push({ ...place, values: values.slice(0, bounds.fields).map((each) => shortened(each)) })
    },
    all: (): Differences => ({
      why,
      rows,
      differing,
      fields: [...fields]
        .toSorted((one, other) => other[1] - one[1])
        .slice(0, bounds.fields)
        .map(([path, count]) => ({ path: cut(path, 100), rows: count })),
      first,
    }),
  }
}

const namesOf = ({ differences = [], values }: Line): ReadonlyArray<FieldDifference> =>
  values ?? differences.map((path) => ({ path }))

/** The fields of a line with both values, of `most` characters; of an update with what it overwrites. */
export const valuesOf = (entry: Line, most: number): ReadonlyArray<FieldDifference> =>
  (entry.fields === undefined ? namesOf(entry) : entry.fields.map(overwritten))
    .slice(0, bounds.fields)
    .map((each) => shortened(each, most))

export type Different = ReturnType<typeof makeDifferences>

export const makeDifferences = () => {
  const kinds = { duplicate: makeKind("duplicate"), changed: makeKind("changed"), updated: makeKind("updated") }
  return {
    /** One of another journal than the lines before. */
    ofJournal: (journal: number) => {
      const pending = new Map<number, ReadonlyArray<FieldChange>>()
      return (entry: Line) => {
        const { fields, row, s } = entry
        if (s === "duplicate" || (s === "known" && entry.was === "duplicate" && entry.changed !== true)) {
          kinds.duplicate.count()
          kinds.duplicate.add(journal, entry, namesOf(entry))
        } else if (s === "known" && entry.changed === true) kinds.changed.count()
        else if (s === "compared") kinds.changed.add(journal, entry, namesOf(entry))
        else if (s === "sent" && fields !== undefined && pending.size < maxPending) pending.set(row, fields)
        else if (s === "updated") {
          kinds.updated.count()
          kinds.updated.add(journal, entry, (pending.get(row) ?? []).map(overwritten))
        }
        if (s !== "sent" && pending.size > 0) pending.delete(row)
      }
    },
    all: (): ReadonlyArray<Differences> =>
      Object.values(kinds)
        .map((kind) => kind.all())
        .filter(({ rows }) => rows > 0),
  }
}
