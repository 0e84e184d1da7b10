/**
 * What must hold after an import was killed many times: judged by the report, by what the server holds and by the requests it saw.
 */
import type { LoggedRequest } from "@effect-aptrinsic/sandbox/RequestLog"

/** A row of the file as it was in the end. */
export interface Row {
  readonly id: string
  readonly employees: number
}

interface Step {
  readonly s: string
  readonly row: number
  readonly id: string
  readonly confirmed?: boolean
  /** The state of the row in a report of an earlier version of the file. */
  readonly was?: string
  /** The fields in which PX holds something else. */
  readonly values?: ReadonlyArray<{ readonly path: string; readonly sent?: unknown; readonly found?: unknown }>
}

const isDefinite = ({ outcome }: LoggedRequest) => outcome === "rate-limited"

/** A POST that left while it was not known what became of the one before it. */
export const blindPosts = (requests: ReadonlyArray<LoggedRequest>): ReadonlyArray<string> => {
  const byId = Map.groupBy(
    // Of one whose body was cut off, or that was refused unread, nobody knows the account.
    requests
      .filter(({ accountId, method }) => method !== "POST" || accountId !== null)
      .toSorted((one, other) => one.at.epochMilliseconds - other.at.epochMilliseconds || one.sequence - other.sequence),
    ({ accountId, path }) => accountId ?? decodeURIComponent(path.slice(path.lastIndexOf("/") + 1)),
  )
  return [...byId].flatMap(([id, history]) => {
    const violations: Array<string> = []
    let doubtful = false
    let absences = 0
    for (const request of history) {
      if (request.method === "GET") {
        if (request.outcome === "not-found") absences++
        continue
      }
      if (doubtful && absences < 2) {
        violations.push(
          `${id}: POSTed while in doubt (${history.map(({ method, outcome }) => `${method} ${outcome}`).join(", ")})`,
        )
      }
      doubtful ||= !isDefinite(request)
      absences = 0
    }
    return violations
  })
}

/** The accounts of the rows that a report, which may break off, says were created. */
export const createdIn = (report: string): ReadonlyArray<string> =>
  report
    .slice(0, report.lastIndexOf("\n"))
    .split("\n")
    .filter((line) => line.includes('"s":"created"') || line.includes('"was":"created"'))
    .map((line) => (JSON.parse(line) as Step).id)

/** Where the report does not tell in what a row differs from its account, or tells it wrong. */
const untold = (
  rows: ReadonlyArray<Row>,
  entries: ReadonlyArray<Step>,
  stored: ReadonlyMap<string, number | undefined>,
): ReadonlyArray<string> => {
  // An account that an earlier report knew has a line of its own, without a row, when it differs.
  const told = new Map<string, Step["values"]>()
  for (const { id, values } of entries) if (values !== undefined) told.set(id, values)
  return rows.flatMap(({ employees, id }) => {
    const found = stored.get(id)
    const difference =
      found === employees ? [] : [{ path: "numberOfEmployees", sent: String(employees), found: String(found) }]
    const said = (told.get(id) ?? []).map(({ found, path, sent }) => ({ path, sent, found }))
    return JSON.stringify(said) === JSON.stringify(difference)
      ? []
      : [`${id} has ${employees} employees, PX ${found}; the report says ${JSON.stringify(said)}`]
  })
}

/** What every run together left behind. */
export const verify = (
  file: ReadonlyArray<Row>,
  report: string,
  stored: ReadonlyMap<string, number | undefined>,
  requests: ReadonlyArray<LoggedRequest>,
): { readonly violations: ReadonlyArray<string>; readonly confirmed: number; readonly compared: number } => {
  const rows = file.length
  const entries = report
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line) as Step)
  const steps = entries
    .filter(({ row, s }) => row !== undefined && s !== "compared")
    .flatMap((step) =>
      step.s === "known"
        ? [
            { ...step, s: "sent" },
            { ...step, s: step.was! },
          ]
        : [step],
    )
  const violations = [...blindPosts(requests), ...untold(file, entries, stored)]
  const ends = Map.groupBy(
    steps.filter(({ s }) => s === "created" || s === "duplicate"),
    ({ row }) => row,
  )
  for (let row = 1; row <= rows; row++) {
    const outcomes = ends.get(row) ?? []
    if (outcomes.length !== 1) violations.push(`row ${row} has ${outcomes.length} outcomes`)
    else if (outcomes[0]!.s !== "created") violations.push(`row ${row} ended as ${outcomes[0]!.s}`)
  }
  if (ends.size !== rows) violations.push(`${ends.size} rows have an outcome, not ${rows}`)
  const sent = new Set<number>()
  for (const { row, s } of steps) {
    if (s === "sent") sent.add(row)
    else if (!sent.has(row)) violations.push(`row ${row} ended before it was sent`)
  }
  const created = new Set(steps.filter(({ s }) => s === "created").map(({ id }) => id))
  for (const id of created) if (!stored.has(id)) violations.push(`${id} is reported as created and does not exist`)
  for (const id of stored.keys()) if (!created.has(id)) violations.push(`${id} exists and is not reported as created`)
  return {
    violations,
    confirmed: steps.filter(({ confirmed }) => confirmed === true).length,
    compared: entries.filter(({ s }) => s === "compared").length,
  }
}
