/** What must hold of a job, whatever befell its workers. */
import type { LoggedRequest } from "@effect-aptrinsic/sandbox/RequestLog"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"

/** A result of the job, as the command prints it. */
interface Result {
  readonly _tag: string
  readonly row: number
  readonly id: string
  readonly confirmed?: boolean
}

interface Evidence {
  readonly ids: ReadonlyArray<string>
  readonly results: ReadonlyArray<Result>
  readonly stored: ReadonlyArray<string>
  readonly requests: ReadonlyArray<LoggedRequest>
  /** Epoch milliseconds at which frozen workers went on. */
  readonly woken: ReadonlyArray<number>
}

interface Verdict {
  /** Rows whose answer was lost and that a lookup settled. */
  readonly settled: number
  /** Rows that were sent again, after a lookup that did not find them. */
  readonly again: number
  /** Requests that frozen workers had in hand, and sent when they went on. */
  readonly late: number
  /** Requests that were rejected for the pace. */
  readonly rejected: number
  readonly doubts: ReadonlyArray<Doubt>
  readonly problems: ReadonlyArray<string>
}

const at = ({ at }: LoggedRequest) => DateTime.toEpochMillis(at)

/** Those of one account in the order in which they came; a request that was rejected for the pace did nothing. */
const inOrder = (requests: ReadonlyArray<LoggedRequest>) =>
  requests
    .filter(({ outcome }) => outcome !== "rate-limited")
    .toSorted((one, other) => at(one) - at(other) || one.sequence - other.sequence)

/**
 * The request that a worker sends when it goes on which was frozen between its last look and the first byte; PX refuses it, since the account exists
 * by then (docs/jobs.md). It is one each time at most.
 */
const lateOnes = (requests: ReadonlyArray<LoggedRequest>, woken: ReadonlyArray<number>) =>
  woken.flatMap((time) =>
    requests
      .filter(({ method, outcome }) => method === "POST" && outcome === "duplicate")
      .filter((request) => at(request) >= time && at(request) < time + 1000)
      .slice(0, 1),
  )

/** Whether each POST but the first came after a lookup that came after the one before it. */
const isLookedUpBetween = (requests: ReadonlyArray<LoggedRequest>): boolean => {
  let mayPost = true
  for (const { method } of requests) {
    if (method === "GET") mayPost = true
    else if (!mayPost) return false
    else mayPost = false
  }
  return true
}

/** A POST after which somebody had to look the account up: when it came, and milliseconds until then. */
export interface Doubt {
  readonly at: number
  readonly millis: number
}

const doubtOf = (requests: ReadonlyArray<LoggedRequest>): ReadonlyArray<Doubt> => {
  const first = requests.findIndex(({ method }) => method === "POST")
  const lookup = requests.slice(first + 1).find(({ method }) => method === "GET")
  if (first < 0 || lookup === undefined) return []
  return [{ at: at(requests[first]!), millis: at(lookup) - at(requests[first]!) }]
}

const named = (ids: ReadonlyArray<unknown>) => `${ids.length}: ${ids.slice(0, 10).join(", ")}`

const verdictOn = ({ ids, requests, results, stored, woken }: Evidence): Verdict => {
  const problems: Array<string> = []
  const expect = (bad: ReadonlyArray<unknown>, what: string) => {
    if (bad.length > 0) problems.push(`${what}: ${named(bad)}`)
  }
  const rows = new Map(results.map((result) => [result.row, result]))
  expect(
    ids.flatMap((id, index) => (rows.get(index + 1)?.id === id ? [] : [id])),
    "rows without an outcome",
  )
  if (results.length !== ids.length) problems.push(`${results.length} outcomes of ${ids.length} rows`)
  expect(
    results.flatMap(({ _tag, id }) => (_tag === "Created" ? [] : [`${id} ${_tag}`])),
    "rows that are not created",
  )
  const held = new Set(stored)
  expect(
    ids.filter((id) => !held.has(id)),
    "rows said to be created that PX does not hold",
  )
  if (stored.length !== ids.length) problems.push(`PX holds ${stored.length} accounts of ${ids.length} rows`)
  const late = new Set(lateOnes(requests, woken))
  // A request that was given up before its body was read names no account, and made none.
  const ofAccounts = requests.filter((request) => request.accountId !== null && !late.has(request))
  const byAccount = Array.from(
    Map.groupBy(ofAccounts, ({ accountId }) => String(accountId)),
    ([id, all]) => [id, inOrder(all)] as const,
  )
  expect(
    byAccount.flatMap(([id, all]) => (isLookedUpBetween(all) ? [] : [id])),
    "accounts POSTed again without a lookup",
  )
  const posts = (all: ReadonlyArray<LoggedRequest>) => all.filter(({ method }) => method === "POST").length
  return {
    settled: results.filter(({ confirmed }) => confirmed === true).length,
    late: late.size,
    again: byAccount.filter(([, all]) => posts(all) > 1).length,
    rejected: requests.filter(({ outcome }) => outcome === "rate-limited").length,
    doubts: byAccount.flatMap(([, all]) => doubtOf(all)),
    problems,
  }
}

/** Judges the job of so many accounts by its results, and by what the sandbox holds and was asked. */
export const judge = Effect.fnUntraced(function* (evidence: Pick<Evidence, "ids" | "results" | "woken">) {
  const { log, store } = yield* Sandbox.Sandbox
  const accounts = yield* store.list({ limit: evidence.ids.length + 1 })
  return verdictOn({
    ...evidence,
    stored: accounts.map(({ account }) => account.id),
    requests: yield* log.entries(),
  })
})
