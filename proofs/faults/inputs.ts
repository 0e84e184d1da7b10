/**
 * Numbers 42 to 47 and 53 to 60: processes, clocks and lookups; accounts, keys, addresses and texts nobody expects.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { LoggedRequest } from "@effect-aptrinsic/sandbox/RequestLog"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { callElsewhere } from "./processes.ts"
import { received, type Script } from "./rawServer.ts"
import { adapter } from "./runtime.ts"
import {
  acme,
  created,
  type Ending,
  notCreated,
  reconciled,
  type Scenario,
  sentAgain,
  unknown,
  updated,
} from "./scenario.ts"
import { always, committed, first, reply, silence } from "./steps.ts"

const hour = 3_600_000
const other: NewAccount = { ...acme, name: "Another Inc" }

const callAfterKill: Scenario["program"] = ({ call, server, ...bench }) =>
  Effect.gen(function* () {
    const first = yield* callElsewhere(bench, server.url)
    yield* received(server)
    first.process.kill("SIGKILL")
    return yield* call()
  })

const processes: ReadonlyArray<Scenario> = [
  {
    number: 42,
    name: "kill -9 after the request was sent, then created again",
    server: { raw: { write: first(committed(silence)) } },
    program: callAfterKill,
    expected: notCreated("PossibleDuplicate (same)", "POST POST GET", 1),
  },
  {
    number: 42,
    name: "kill -9 before the account was created, then created again",
    server: { raw: { write: first(silence) } },
    program: callAfterKill,
    expected: created("POST POST"),
  },
  {
    number: 46,
    name: "two processes create one id",
    server: { raw: {} },
    program: ({ server, ...bench }) =>
      Effect.gen(function* () {
        const started = yield* Effect.forEach([1, 2], () => callElsewhere(bench, server.url))
        const reports = yield* Effect.forEach(started, ({ reported }) => reported, { concurrency: 2 })
        const result = reports.map((report) => report?.result ?? "nothing").toSorted()
        return { result: result.join(" + "), outcome: "created", seen: [] }
      }),
    expected: { ...created("POST POST GET"), result: "PossibleDuplicate (same) + created" },
  },
]

const settling = (number: number, name: string, get: Script["get"], expected: Scenario["expected"]): Scenario => ({
  number,
  name,
  server: { raw: { write: first(committed(reply(503))), ...(get === undefined ? {} : { get }) } },
  expected,
  update: sentAgain,
})

const lookups: ReadonlyArray<Scenario> = [
  settling(43, "the lookup lags: 404, then 200", first(reply(404)), reconciled("POST GET GET")),
  settling(44, "the lookup fails once", first(reply(500)), reconciled("POST GET GET")),
  settling(44, "the lookup fails for ever", always(reply(500)), unknown("POST GET..", 1)),
  settling(
    44,
    "the lookup is closed for ever",
    always(({ socket }) => void socket.end()),
    unknown("POST GET..", 1),
  ),
  settling(44, "the lookup is forbidden", always(reply(403)), unknown("POST GET", 1)),
  settling(
    44,
    "the lookup is redirected",
    always(({ elsewhere, ...turn }) => reply(302, "", { location: elsewhere })({ elsewhere, ...turn })),
    unknown("POST GET", 1),
  ),
  settling(44, "the lookup is a captive portal", always(reply(200, "<html>")), unknown("POST GET..", 1)),
  settling(45, "the lookup shows other data", always(reply(200, other)), unknown("POST GET", 1)),
  settling(45, "the lookup shows another id", always(reply(200, { ...acme, id: "ACME" })), unknown("POST GET..", 1)),
  settling(45, "the lookup shows null", always(reply(200, "null")), unknown("POST GET..", 1)),
]

/** The clocks jump while the client waits to look the account up. */
const jumping = (
  name: string,
  clocks: { wall: number; monotonic: number },
  expected: Scenario["expected"],
): Scenario => ({
  number: 47,
  name,
  server: { raw: { write: first(committed(reply(503))) } },
  program: ({ call, jump, onEvent }) => {
    onEvent(({ _tag }) => {
      if (_tag === "Settling") jump(clocks)
    })
    return call()
  },
  expected,
})

const clocks: ReadonlyArray<Scenario> = [
  jumping("the wall clock jumps an hour ahead", { wall: hour, monotonic: 0 }, reconciled()),
  jumping("the wall clock jumps an hour back", { wall: -hour, monotonic: 0 }, reconciled()),
  jumping("the machine sleeps for an hour in mid-backoff", { wall: hour, monotonic: hour }, unknown("POST", 1)),
]

/** The answer is lost, so that the id has to be looked up. */
const withId = (name: string, id: string, expected: Scenario["expected"] = reconciled()): Scenario => ({
  number: 53,
  name: `the id ${name}`,
  server: { raw: { write: first(committed(reply(503))) } },
  account: { ...acme, id },
  expected,
})

const ids: ReadonlyArray<Scenario> = [
  ...["a/b", "a?b", "a#b", "%2f", "a b", " a ", "ünï 😀", "update", "../accounts/x", "a+b&c=d", "a\\b", "a\tb\nc"].map(
    (id) => withId(JSON.stringify(id), id),
  ),
  withId("of 10 kB", "x".repeat(10_000)),
  ...["..", "."].map((id) => ({ ...withId(`"${id}"`, id, unknown("POST", 1)), update: updated("PUT PUT") })),
  {
    number: 53,
    name: 'the id "..", which exists',
    server: { raw: { seed: [{ ...acme, id: ".." }] } },
    account: { ...acme, id: ".." },
    expected: notCreated("PossibleDuplicate (unknown)"),
  },
  withId("that is empty", "", notCreated("InvalidAccount (id)", "")),
]

const value = (name: string, fields: object, expected: Scenario["expected"]): Scenario => ({
  number: 54,
  name,
  server: { raw: { write: first(committed(reply(503))) } },
  account: { ...acme, ...fields },
  expected,
})

const values: ReadonlyArray<Scenario> = [
  value("a lone surrogate in the name", { name: "a\ud800" }, notCreated("InvalidAccount (name)", "")),
  value("a lone surrogate in the id", { id: "\udc00" }, notCreated("InvalidAccount (id)", "")),
  value("NaN", { nps: Number.NaN }, notCreated("InvalidAccount (nps)", "")),
  value("Infinity", { nps: Number.POSITIVE_INFINITY }, notCreated("InvalidAccount (nps)", "")),
  value("a date of 2^53 + 2", { renewalDate: 2 ** 53 + 2 }, notCreated("InvalidAccount (renewalDate)", "")),
  value("2^31 employees", { numberOfEmployees: 2 ** 31 }, notCreated("InvalidAccount (numberOfEmployees)", "")),
  value(
    "NaN in a custom attribute",
    { customAttributes: { n: Number.NaN } },
    notCreated("InvalidAccount (customAttributes.n)", ""),
  ),
  value("-0, which reads back as 0", { nps: -0, healthScore: -0 }, reconciled()),
  value("null for a field", { plan: null }, notCreated("InvalidAccount (plan)", "")),
  value(
    "a date, a map, a function",
    { renewalDate: new Map(), plan: () => "x" },
    notCreated("InvalidAccount (plan, renewalDate)", ""),
  ),
  {
    ...value("what was not sent read back as empty, 0 and null", { nps: 1.1 }, reconciled()),
    server: {
      raw: {
        write: first(committed(reply(503))),
        get: always(
          reply(200, {
            ...acme,
            nps: Math.fround(1.1),
            website: "",
            renewalDate: 0,
            numberOfEmployees: 0,
            customAttributes: null,
            location: null,
          }),
        ),
      },
    },
  },
]

const badKey = (name: string, key: (canary: string) => string): Scenario => ({
  number: 56,
  name: `a key ${name}`,
  server: { raw: {} },
  options: { key },
  expected: notCreated("InvalidOptions (apiKey)", ""),
})

const keys: ReadonlyArray<Scenario> = [
  {
    number: 56,
    name: "a key that is not set",
    server: { raw: {} },
    program: ({ endingOf }) =>
      Accounts.createAccount(acme).pipe(
        Effect.provide(
          Accounts.layerFromConfig.pipe(
            Layer.provide([adapter.layerHttpClient(), ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} }))]),
          ),
        ),
        Effect.exit,
        Effect.map((exit) => endingOf(exit)),
      ),
    expected: notCreated("InvalidOptions (APTRINSIC_API_KEY)", ""),
  },
  badKey("that is empty", () => ""),
  badKey("with a line break", (canary) => `${canary}\r\nx-other: 1`),
  badKey("with NUL", (canary) => `${canary}\0`),
  badKey("beyond ASCII", (canary) => `${canary}ü`),
  badKey("with a space at its end", (canary) => `${canary} `),
]

const badUrl = (name: string, baseUrl: string): Scenario => ({
  number: 57,
  name,
  server: { raw: {} },
  options: { baseUrl },
  expected: notCreated("InvalidOptions (baseUrl)", ""),
})

const addresses: ReadonlyArray<Scenario> = [
  badUrl("a base URL in the clear", "http://api.aptrinsic.com"),
  badUrl("a base URL with a user", "https://user:password@127.0.0.1"),
  badUrl("a base URL with a query", "https://127.0.0.1/?x=1"),
  badUrl("a base URL that is a file", "file:///etc/passwd"),
  badUrl("a base URL with a path", "https://127.0.0.1/v1"),
  badUrl("a base URL that is not a URL", "api.aptrinsic.com"),
  {
    number: 57,
    name: "a base URL with slashes at its end",
    server: { raw: {} },
    address: (url) => `${url}///`,
    expected: created(),
  },
]

const hostile = "\u001b[2J\u001b]8;;http://evil.example\u0007x\u001b]52;c;eA==\u0007\r\u0007\u202e\u2066\u009b31m\u0000"

/** What a terminal must not get. */
const controls = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u

const isHarmless = (ending: Ending): string | undefined => {
  const [message] = ending.seen.filter((each): each is string => typeof each === "string").slice(1)
  if (message === undefined || controls.test(message)) return `unfit for a terminal: ${JSON.stringify(message)}`
  return message.length > 25_000 ? `the message has ${message.length} characters` : undefined
}

const texts: ReadonlyArray<Scenario> = [
  {
    number: 58,
    name: "controls in the message of a 422",
    server: { raw: { write: always(reply(422, { message: hostile })) } },
    objection: isHarmless,
    expected: notCreated("RequestRefused (422)"),
  },
  {
    number: 58,
    name: "controls in a 422 of plain text",
    server: { raw: { write: always(reply(422, hostile, { "content-type": "text/plain" })) } },
    objection: isHarmless,
    expected: notCreated("RequestRefused (422)"),
  },
  {
    number: 58,
    name: "a line of 1 MB in a 422",
    server: { raw: { write: always(reply(422, "x".repeat(1_000_000))) } },
    objection: isHarmless,
    expected: notCreated("RequestRefused (422)"),
  },
  {
    number: 58,
    name: "controls in the fields of a 400",
    server: { raw: { write: always(reply(400, { subErrors: [{ field: hostile, message: hostile.repeat(99) }] })) } },
    objection: isHarmless,
    expected: notCreated(`BadRequest (${visible(hostile)})`, "POST GET"),
  },
  {
    number: 58,
    name: "controls where HTTP should be",
    server: {
      raw: {
        write: always(({ socket }) => void socket.end(hostile)),
        get: always(({ socket }) => void socket.end(hostile)),
      },
    },
    objection: isHarmless,
    expected: unknown("POST GET..", 0),
    update: unknown("PUT GET PUT GET PUT GET", 0),
  },
]

/** The key of a request, as the server got it. */
const keyOf = (head: string) => /^x-aptrinsic-api-key: *(\S+)$/imu.exec(head)?.[1] ?? ""

const echoing = (
  name: string,
  status: number,
  bodyOf: (key: string) => string,
  expected: Scenario["expected"],
): Scenario => ({
  number: 59,
  name,
  server: { raw: { write: always((turn) => reply(status, bodyOf(keyOf(turn.request.head)))(turn)) } },
  expected,
})

const echoes: ReadonlyArray<Scenario> = [
  echoing("the key in a plain 422", 422, (key) => `bad key ${key}`, notCreated("RequestRefused (422)")),
  echoing(
    "the key in the JSON of a 403",
    403,
    (key) => JSON.stringify({ message: `no right: ${key}` }),
    notCreated("Forbidden"),
  ),
  echoing(
    "the key in JSON, its slash escaped",
    403,
    (key) => JSON.stringify({ message: key }).replaceAll("/", "\\/"),
    notCreated("Forbidden"),
  ),
  echoing(
    "the key in the fields of a 400",
    400,
    (key) => JSON.stringify({ subErrors: [{ field: `x${key}`, message: key }] }).replaceAll("/", "\\u002f"),
    notCreated("BadRequest (x<redacted>)", "POST GET"),
  ),
  echoing("the key cut short by the cap", 422, (key) => "x".repeat(1990) + key, notCreated("RequestRefused (422)")),
  {
    number: 59,
    name: "the key in a field of the account that is found",
    server: {
      raw: {
        seed: [acme],
        get: always((turn) => reply(200, { ...acme, name: keyOf(turn.request.head) })(turn)),
      },
    },
    expected: notCreated("PossibleDuplicate (different: name)", "POST GET"),
  },
  {
    number: 59,
    name: "the key in bytes that are not HTTP",
    server: { raw: { write: first(({ request, socket }) => void socket.end(keyOf(request.head))) } },
    expected: created("POST GET GET POST"),
  },
]

/** Whether no second of the log holds more requests that were let through than the limit. */
const keeps = (limit: number, entries: ReadonlyArray<Pick<LoggedRequest, "at" | "status">>) => {
  const passed = entries.filter(({ status }) => status !== 429).map(({ at }) => at.epochMilliseconds)
  // The log counts whole milliseconds.
  return passed.every((at, index) => (passed[index + limit] ?? Number.POSITIVE_INFINITY) - at >= 999)
}

const accounts = Array.from({ length: 20 }, (_, index): NewAccount => ({ ...acme, id: `acme-${index}` }))

/** Whether the log shows so many requests a second to be kept: where there is no limit, two come in a second on the slowest machine. */
const auditing = (name: string, perSecond: { readonly requests: number } | null, result: string): Scenario => ({
  number: 60,
  name,
  server: { sandbox: { limits: { perSecond } } },
  options: { maxAttempts: 20 },
  program: ({ call, sandbox }) =>
    Effect.gen(function* () {
      const endings = yield* Effect.forEach(accounts, (account) => call(account), { concurrency: "unbounded" })
      const entries = yield* sandbox!.log.entries()
      const all = endings.every((ending) => ending.result === "created") ? "all created" : "not all created"
      return {
        result: `${all}, limit ${keeps(perSecond?.requests ?? 1, entries) ? "kept" : "broken"}`,
        outcome: "created",
        seen: [],
      }
    }),
  expected: { result, outcome: "created", requests: "any", holds: 20 },
})

const limits: ReadonlyArray<Scenario> = [
  auditing("the sandbox keeps its limit of 10 a second", { requests: 10 }, "all created, limit kept"),
  auditing("a sandbox that lets more through is noticed", null, "all created, limit broken"),
]

export const inputs: ReadonlyArray<Scenario> = [
  ...processes,
  ...lookups,
  ...clocks,
  ...ids,
  ...values,
  ...keys,
  ...addresses,
  ...texts,
  ...echoes,
  ...limits,
]
