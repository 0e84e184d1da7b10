/**
 * What must hold after bringing PX up to date was killed many times: judged by the report, by what PX holds and by the requests it saw.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import type { LoggedRequest } from "@effect-aptrinsic/sandbox/RequestLog"
import { afterOf, type Field, fieldsOf, type Pair, rowOf } from "./rows.ts"
import { blindPosts } from "./verify.ts"

interface Line {
  readonly s: string
  readonly row?: number
  readonly id: string
  readonly at: string
  readonly confirmed?: boolean
  readonly fields?: ReadonlyArray<Field>
  /** The report that it stands in, counted from 0, and how many there are. */
  readonly report: number
  readonly reports: number
}

/** The same whatever the order of members. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  )

const byPath = (fields: ReadonlyArray<Field> | undefined) =>
  canonical(fields?.toSorted((one, other) => (one.path < other.path ? -1 : 1)))

const isDone = ({ s }: Line) => s === "created" || s === "updated"

/** Whether PX can have held one value and the row have said the other, of a row that said something else meanwhile. */
const isPossible = ({ before, said }: Pair, { from, path, to }: Field): boolean => {
  const of = (account: NewAccount | undefined) => canonical(account?.[path as keyof NewAccount])
  return said.some((row) => of(row) === canonical(to)) && [before, ...said].some((held) => of(held) === canonical(from))
}

/** What a row that said something else meanwhile has to say of itself. */
const wrongLinesOfChanged = (pair: Pair, lines: ReadonlyArray<Line>): ReadonlyArray<string> =>
  lines
    .flatMap(({ fields = [] }) => fields)
    .filter((field) => !isPossible(pair, field))
    .map((field) => `is said to overwrite ${canonical(field)}, which nobody said`)

/** Whether the file changed while nobody knew what became of a row; a plan that then finds it unchanged says no more of it. */
const isUntold = (lines: ReadonlyArray<Line>): boolean => {
  const last = lines.findLast(({ s }) => s !== "known")
  return last?.s === "sent" && last.report < lines.at(-1)!.reports - 1
}

/** What a row has to say of itself in the reports. */
const wrongLines = (pair: Pair, lines: ReadonlyArray<Line>): ReadonlyArray<string> => {
  if (pair.said.length > 1) return wrongLinesOfChanged(pair, lines)
  const fields = fieldsOf(pair)
  const done = lines.filter(isDone).map(({ s }) => s)
  const expected = pair.before === undefined ? "created" : fields.length === 0 ? "" : "updated"
  const sent = lines.filter(({ s }) => s === "sent")
  const other = sent.find((line) => byPath(line.fields) !== (pair.before === undefined ? undefined : byPath(fields)))
  return [
    ...(done.join() === expected || (done.length === 0 && isUntold(lines))
      ? []
      : [`ended as ${done.join(", ") || "nothing"}, not ${expected || "nothing"}`]),
    ...(other === undefined ? [] : [`is said to overwrite ${byPath(other.fields)}, not ${byPath(fields)}`]),
    ...(expected === "" && lines.length > 0 ? [`was to change nothing, and the report has ${lines[0]!.s}`] : []),
  ]
}

const isWrite = ({ method }: LoggedRequest) => method !== "GET"
const isList = ({ method, path }: LoggedRequest) =>
  method === "GET" && path.includes("pageSize") && !path.includes("scrollId")

/** A request that left before the report said so, after it said that the row was done, or again before anybody looked. */
const wrongWrites = (
  { said }: Pair,
  lines: ReadonlyArray<Line>,
  requests: ReadonlyArray<LoggedRequest>,
  lists: ReadonlyArray<number>,
): ReadonlyArray<string> => {
  const at = (line: Line | undefined, otherwise: number) => (line === undefined ? otherwise : Date.parse(line.at))
  const sentAt = at(
    lines.find(({ s }) => s === "sent"),
    Number.POSITIVE_INFINITY,
  )
  const doneAt = said.length > 1 ? Number.POSITIVE_INFINITY : at(lines.find(isDone), Number.POSITIVE_INFINITY)
  const writes = requests.filter(isWrite)
  const isLookedAt = (from: LoggedRequest, to: LoggedRequest) =>
    requests.some((read) => !isWrite(read) && read.sequence > from.sequence && read.sequence < to.sequence) ||
    lists.some((list) => list > from.sequence && list < to.sequence)
  return writes.flatMap((write, index) => {
    const when = write.at.epochMilliseconds
    const before = writes[index - 1]
    const isBlind = before !== undefined && before.outcome !== "rate-limited" && !isLookedAt(before, write)
    return [
      ...(when < sentAt ? ["was sent before the report said so"] : []),
      ...(when > doneAt ? ["was sent after the report said that it was done"] : []),
      ...(isBlind ? [`was sent again after ${before.outcome} though nobody had looked`] : []),
    ]
  })
}

const idOf = ({ accountId, path }: LoggedRequest): string =>
  accountId ?? decodeURIComponent(path.slice(path.lastIndexOf("/") + 1))

/** The lines about rows, but for a last one that was torn. */
const linesOf = (report: string, index: number, { length }: ReadonlyArray<string>): ReadonlyArray<Line> =>
  report
    .split("\n")
    .slice(1, -1)
    .map((line) => ({ ...(JSON.parse(line) as Line), report: index, reports: length }))
    .filter(({ row }) => row !== undefined)

/** What PX is to hold once what a report says was overwritten is set back: fields of which it held nothing stay. */
const revertedOf = (pair: Pair, lines: ReadonlyArray<Line>): NewAccount => {
  const before = new Map<string, unknown>()
  for (const { fields = [], s } of lines) {
    if (s === "released") before.clear()
    for (const { from, path } of fields) before.set(path, from)
  }
  return { ...afterOf(pair), ...Object.fromEntries([...before].filter(([, from]) => from !== undefined)) }
}

/** The accounts that PX holds otherwise than it should after the way back. */
export const verifyReverted = (
  pairs: ReadonlyArray<Pair>,
  report: string,
  stored: ReadonlyMap<string, NewAccount>,
): ReadonlyArray<string> => {
  const byId = Map.groupBy(linesOf(report, 0, [report]), ({ id }) => id)
  return pairs.flatMap((pair) => {
    const { id } = rowOf(pair)
    const expected = canonical(revertedOf(pair, byId.get(id) ?? []))
    const held = canonical(stored.get(id))
    return held === expected ? [] : [`${id}: is ${held} in PX once it is set back, not ${expected}`]
  })
}

export const verifyUpdates = (
  pairs: ReadonlyArray<Pair>,
  reports: ReadonlyArray<string>,
  stored: ReadonlyMap<string, NewAccount>,
  log: ReadonlyArray<LoggedRequest>,
) => {
  const lines = reports.flatMap(linesOf)
  const byId = Map.groupBy(lines, ({ id }) => id)
  const requests = Map.groupBy(log, idOf)
  const lists = log.filter(isList).map(({ sequence }) => sequence)
  const violations = pairs.flatMap((pair) => {
    const { id } = rowOf(pair)
    const own = byId.get(id) ?? []
    const expected = afterOf(pair)
    const isHeld = canonical(stored.get(id)) === canonical(expected)
    return [
      ...wrongLines(pair, own),
      ...wrongWrites(pair, own, requests.get(id) ?? [], lists),
      ...(isHeld ? [] : [`is ${canonical(stored.get(id))} in PX, not ${canonical(expected)}`]),
    ].map((what) => `${id}: ${what}`)
  })
  return {
    violations: [...violations, ...blindPosts(log.filter(({ method }) => method !== "PUT"))],
    confirmed: lines.filter(({ confirmed }) => confirmed === true).length,
    untold: pairs.filter((pair) => isUntold(byId.get(rowOf(pair).id) ?? [])).length,
    repeated: [...requests.values()].filter((each) => each.filter(({ method }) => method === "PUT").length > 1).length,
  }
}
