/**
 * What must hold after bringing PX up to date was killed many times: judged by the report, by what PX holds and by the requests it saw.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import type { LoggedRequest } from "@effect-aptrinsic/sandbox/RequestLog"
import { afterOf, type Field, fieldsOf, type Pair } from "./rows.ts"
import { blindPosts } from "./verify.ts"

interface Line {
  readonly s: string
  readonly row?: number
  readonly id: string
  readonly at: string
  readonly confirmed?: boolean
  readonly fields?: ReadonlyArray<Field>
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

/** What a row has to say of itself in the report. */
const wrongLines = (pair: Pair, lines: ReadonlyArray<Line>): ReadonlyArray<string> => {
  const fields = fieldsOf(pair)
  const done = lines.filter(isDone).map(({ s }) => s)
  const expected = pair.before === undefined ? "created" : fields.length === 0 ? "" : "updated"
  const sent = lines.filter(({ s }) => s === "sent")
  const other = sent.find((line) => byPath(line.fields) !== (pair.before === undefined ? undefined : byPath(fields)))
  return [
    ...(done.join() === expected ? [] : [`ended as ${done.join(", ") || "nothing"}, not ${expected || "nothing"}`]),
    ...(other === undefined ? [] : [`is said to overwrite ${byPath(other.fields)}, not ${byPath(fields)}`]),
    ...(expected === "" && lines.length > 0 ? [`was to change nothing, and the report has ${lines[0]!.s}`] : []),
  ]
}

const isWrite = ({ method }: LoggedRequest) => method !== "GET"
const isList = ({ method, path }: LoggedRequest) =>
  method === "GET" && path.includes("pageSize") && !path.includes("scrollId")

/** A request that left before the report said so, after it said that the row was done, or again before anybody looked. */
const wrongWrites = (
  lines: ReadonlyArray<Line>,
  requests: ReadonlyArray<LoggedRequest>,
  lists: ReadonlyArray<number>,
): ReadonlyArray<string> => {
  const at = (line: Line | undefined, otherwise: number) => (line === undefined ? otherwise : Date.parse(line.at))
  const sentAt = at(
    lines.find(({ s }) => s === "sent"),
    Number.POSITIVE_INFINITY,
  )
  const doneAt = at(lines.find(isDone), Number.POSITIVE_INFINITY)
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

export const idOf = ({ accountId, path }: LoggedRequest): string =>
  accountId ?? decodeURIComponent(path.slice(path.lastIndexOf("/") + 1))

export const linesOf = (report: string): ReadonlyArray<Line> =>
  report
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line) as Line)
    .filter(({ row }) => row !== undefined)

export const verifyUpdates = (
  pairs: ReadonlyArray<Pair>,
  report: string,
  stored: ReadonlyMap<string, NewAccount>,
  log: ReadonlyArray<LoggedRequest>,
) => {
  const lines = linesOf(report)
  const byRow = Map.groupBy(lines, ({ row }) => row)
  const requests = Map.groupBy(log, idOf)
  const lists = log.filter(isList).map(({ sequence }) => sequence)
  const violations = pairs.flatMap((pair, index) => {
    const { id } = pair.row
    const own = byRow.get(index + 1) ?? []
    const expected = afterOf(pair)
    const isHeld = canonical(stored.get(id)) === canonical(expected)
    return [
      ...wrongLines(pair, own),
      ...wrongWrites(own, requests.get(id) ?? [], lists),
      ...(isHeld ? [] : [`is ${canonical(stored.get(id))} in PX, not ${canonical(expected)}`]),
    ].map((what) => `row ${index + 1}, ${id}: ${what}`)
  })
  return {
    violations: [...violations, ...blindPosts(log.filter(({ method }) => method !== "PUT"))],
    confirmed: lines.filter(({ confirmed }) => confirmed === true).length,
    repeated: [...requests.values()].filter((each) => each.filter(({ method }) => method === "PUT").length > 1).length,
  }
}
