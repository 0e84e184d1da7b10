/**
 * The servers of the other scenarios, asked for a list of five accounts by pages of two: what they do to a write they do to the second page, or to
 * every request where they refuse for good. And what only a list meets. No list may end as a whole one that lacks an account or has one twice.
 */
import { pageOf, type Step } from "./rawServer.ts"
import type { Expected, Scenario } from "./scenario.ts"
import { always, bytesAndEnd, close, first, reply } from "./steps.ts"

const asked = (requests: string, result = "a b c d e"): Expected => ({ result, outcome: undefined, requests, holds: 0 })

/** Numbers whose answers say nothing, or refuse: those with other ways to lose an answer are the same for a list. */
const numbers: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 17, 18, 20, 22, 23, 30, 33, 38, 58, 59])

const asList = ({ server, ...scenario }: Scenario): ReadonlyArray<Scenario> => {
  const { expected, name, number } = scenario
  if (!numbers.has(number) || !("raw" in server) || !("outcome" in expected)) return []
  const { write, ...others } = server.raw
  // A list has nothing that could be there before or be looked up; it does not matter to one whether a lost write was done.
  if (write === undefined || Object.keys(others).length > 0 || name.endsWith(", account not created")) return []
  const { outcome, requests, result } = expected
  const of = { ...scenario, name: name.replace(", account created", ""), verb: "list" } as const
  if (outcome === "created") {
    const list = (index: number) => (index === 1 ? write(0) : undefined)
    return [{ ...of, server: { raw: { list } }, expected: asked("GET x4") }]
  }
  if (result === "Unavailable") return []
  // The day's quota, which a write learns at its next turn, is a pause to a read; a list has no fields that could be wrong.
  const refusal = result.replace("DailyQuotaExhausted", "RateLimited").replace(/^BadRequest.*/u, "RequestRefused (400)")
  return [
    { ...of, server: { raw: { list: write } }, expected: asked(requests === "POST POST" ? "GET GET" : "GET", refusal) },
  ]
}

const page = (ids: string, rest: object): Step =>
  reply(200, { accounts: [...ids].map((id) => ({ id })), totalHits: 5, ...rest })

const ofLists = (name: string, list: (index: number) => Step | undefined, expected: Expected): Scenario => ({
  number: 68,
  name,
  verb: "list",
  server: { raw: { list } },
  expected,
})

const onSecond = (step: Step) => first(undefined, step)

/** Any page but a first one. */
const continued =
  (step: Step): Step =>
  (turn) =>
    turn.request.path.includes("scrollId") ? step(turn) : reply(200, pageOf(turn.request))(turn)

const scrolls: ReadonlyArray<Scenario> = [
  ofLists("five accounts", () => undefined, asked("GET GET GET")),
  ...[400, 404, 410].map((status) =>
    ofLists(`a scroll that is gone, with a ${status}`, onSecond(reply(status)), asked("GET x5")),
  ),
  ofLists("a scroll that is always gone", always(continued(reply(404))), asked("GET x4", "ListIncomplete")),
  ofLists("500 for ever after the first page", always(continued(reply(500))), asked("GET x8", "ListIncomplete")),
  ofLists("401 after the first page", onSecond(reply(401)), asked("GET GET", "Unauthorized")),
  ofLists(
    "a page that breaks off",
    onSecond(bytesAndEnd('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"acco')),
    asked("GET x4"),
  ),
  ofLists(
    "a page with a value that is not an account",
    onSecond(reply(200, { accounts: [{ id: 1 }] })),
    asked("GET x4"),
  ),
  ofLists(
    "a page twice, because an account was created meanwhile",
    onSecond(page("bc", { scrollId: "3" })),
    asked("GET x4"),
  ),
  ofLists(
    "a page that is lost, and the server moves on",
    first(undefined, close, page("e", {})),
    asked("GET x6", "a b e c d"),
  ),
  ofLists("a scroll that ends early", onSecond(page("cd", {})), asked("GET x5")),
  ofLists("a server that knows no scroll", always(page("ab", { scrollId: "1" })), asked("any", "ListIncomplete")),
]

export const asLists = (creates: ReadonlyArray<Scenario>): ReadonlyArray<Scenario> => [
  ...creates.flatMap(asList),
  ...scrolls,
]
