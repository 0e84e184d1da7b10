/**
 * The scenarios of creates once more, with an update: the same servers, asked by PUT for what the create would have made. And the few that
 * only an update meets.
 */
import type { Fault } from "@effect-aptrinsic/sandbox/Faults"
import { type Expectation, type Expected, notUpdated, type Scenario, unknown } from "./scenario.ts"
import { always, committed, first, reply } from "./steps.ts"

/**
 * The ending of an update, from that of the create it stands for. One lookup is enough before a PUT is sent again, and a 400 is not
 * looked into.
 */
const inOtherWords = ({ holds, outcome, requests, result }: Expected): Expected => ({
  result: result.replace("created", "updated"),
  outcome: outcome === "created" ? "updated" : outcome === "not created" ? "not updated" : outcome,
  requests: result.startsWith("BadRequest")
    ? "PUT"
    : requests.replaceAll("POST", "PUT").replace(/(GET )+(?=PUT)/gu, "GET "),
  holds,
})

const expectationOf = (expectation: Expectation): Expectation =>
  "because" in expectation
    ? { ...expectation, node: inOtherWords(expectation.node), deno: inOtherWords(expectation.deno) }
    : inOtherWords(expectation)

const withPut = (fault: Fault): Fault => ({ ...fault, ...(fault.method === "POST" ? { method: "PUT" } : {}) })

const serverOf = ({ server }: Scenario): Scenario["server"] =>
  "sandbox" in server ? { sandbox: { ...server.sandbox, faults: (server.sandbox.faults ?? []).map(withPut) } } : server

/**
 * Numbers in which it does not matter what is asked: the words of `Retry-After`, full ports, TLS, bodies that do not end, keys and addresses, the
 * pace, proxies. And those of several processes, which know nothing of each other: the simulation plays them.
 */
const ofAnyCall: ReadonlySet<number> = new Set([16, 27, 28, 34, 35, 36, 37, 40, 42, 46, 56, 57, 60, 63])

/** Whether an update has no part in it, as in accounts that exist already and in options of creates. */
const isOfCreates = ({ createOptions, number, server, update }: Scenario): boolean =>
  update === null ||
  ofAnyCall.has(number) ||
  createOptions !== undefined ||
  ("raw" in server && server.raw.seed !== undefined)

const missing: ReadonlyArray<Scenario> = [
  {
    number: 14,
    name: "404 of the sandbox",
    verb: "update",
    server: { sandbox: {} },
    seed: [],
    expected: notUpdated("AccountNotFound"),
  },
  {
    number: 14,
    name: "404 after a lost answer: somebody deleted the account meanwhile",
    verb: "update",
    server: { raw: { write: first(committed(reply(503)), reply(404)), get: always(reply(404)) } },
    expected: unknown("PUT GET PUT", 1, "AccountNotFound"),
  },
]

export const asUpdates = (creates: ReadonlyArray<Scenario>): ReadonlyArray<Scenario> => [
  ...missing,
  ...creates
    .filter((scenario) => !isOfCreates(scenario))
    .map((scenario): Scenario => ({
      ...scenario,
      verb: "update",
      server: serverOf(scenario),
      expected: scenario.update ?? expectationOf(scenario.expected),
    })),
]
