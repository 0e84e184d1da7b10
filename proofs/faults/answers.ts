/**
 * Numbers 1 to 24: answers, right and wrong.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import type { Fault } from "@effect-aptrinsic/sandbox/Faults"
import type { Step } from "./rawServer.ts"
import {
  acme,
  created,
  impatient,
  notCreated,
  notUpdated,
  sentAgain,
  updated,
  reconciled,
  type Scenario,
  unknown,
} from "./scenario.ts"
import { always, bytes, bytesAndEnd, committed, dripping, first, reply, thenDone } from "./steps.ts"

const other: NewAccount = { ...acme, name: "Another Inc" }
const page = "<!doctype html><title>Sign in</title><p>Please accept the terms of this network."
const html = { "content-type": "text/html" }

const created201: ReadonlyArray<readonly [number: number, name: string, step: Step]> = [
  [1, "201", reply(201, { body: {}, statusCode: "201", statusCodeValue: 201 })],
  [2, "201 without a body", reply(201)],
  [3, "201 whose body is not JSON", reply(201, "{")],
  [5, "201 cut off by the close that delimits it", bytesAndEnd('HTTP/1.1 201 Created\r\n\r\n{"body":{},"statusC')],
  [7, "201 of another shape", reply(201, { ok: true })],
  [7, "201 with an array", reply(201, [])],
  [7, "201 with null", reply(201, "null")],
  [7, "201 with another id", reply(201, { id: "another" })],
  [7, "201 in HTML", reply(201, page, html)],
]

/** PX answers no update so: its account is looked up. */
const notYet = { ...updated("PUT GET"), result: "updated, reconciled" }

const brokenOff: ReadonlyArray<readonly [number: number, name: string, step: Step]> = [
  [4, "201 cut off before its Content-Length", bytesAndEnd('HTTP/1.1 201 Created\r\ncontent-length: 99\r\n\r\n{"bo')],
  [
    6,
    "201 in chunks without the last one",
    bytesAndEnd("HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"),
  ],
]

/** Answers that leave open whether the account was created: once after it was, once before. */
const ambiguous = (number: number, name: string, step: Step): ReadonlyArray<Scenario> => [
  {
    number,
    name: `${name}, account created`,
    server: { raw: { write: first(committed(step)) } },
    expected: reconciled(),
  },
  {
    number,
    name: `${name}, account not created`,
    server: { raw: { write: first(step) } },
    expected: created("POST GET GET POST"),
  },
]

const refused = (number: number, name: string, result: string, step: Step, rest: Partial<Scenario> = {}): Scenario => ({
  number,
  name,
  server: { raw: { write: always(step) } },
  expected: notCreated(result),
  ...rest,
})

const validation = {
  externalapierror: {
    status: "BAD_REQUEST",
    message: "Validation failed",
    debugMessage: null,
    subErrors: [{ object: "account", field: "plan", rejectedValue: "x", message: "is not known" }],
  },
}

/** 429 once with these header lines, then the server does its duty. */
const pausing = (name: string, lines: string | (() => string), pauses: readonly [number, number]): Scenario => ({
  number: 16,
  name: `429 with ${name}`,
  server: {
    raw: {
      write: first(({ socket }) => {
        socket.write(`HTTP/1.1 429 Slow\r\n${typeof lines === "string" ? lines : lines()}content-length: 0\r\n\r\n`)
      }),
    },
  },
  pauses,
  takes: [pauses[0]],
  expected: created("POST POST"),
})

/** The time of the call is over after the second answer: it would end in the middle of a request when that depended on the moment. */
const forEver = (name: string, step: Step, more: Partial<Scenario> = {}): Scenario => ({
  number: 18,
  name,
  server: { raw: { write: always(step) } },
  program: ({ call, events, jump, onEvent }) => {
    onEvent(() => {
      if (events.filter(({ _tag }) => _tag === "Pausing").length === 2) jump({ wall: 0, monotonic: 3_600_000 })
    })
    return call()
  },
  expected: notCreated("RateLimited", "POST POST"),
  ...more,
})

const dateIn = (seconds: number) => `Retry-After: ${new Date(Date.now() + seconds * 1000).toUTCString()}\r\n`

const oneWindow = [1000, 1000] as const
const restOfTheDay = [86_400_000, 86_400_000] as const

const redirects: ReadonlyArray<Scenario> = [301, 302, 303, 307, 308].flatMap((status) =>
  ["same", "cross"].map((origin): Scenario => ({
    number: 23,
    name: `${status} to ${origin === "same" ? "the same" : "another"} origin`,
    server: {
      raw: {
        write: always((turn) =>
          reply(status, "", { location: `${origin === "same" ? "" : turn.elsewhere}/v1/accounts/x` })(turn),
        ),
      },
    },
    expected: status >= 307 ? notCreated(`Redirected (${status})`) : unknown("POST", 0, `Redirected (${status})`),
  })),
)

/** A fault of the sandbox that strikes the first POST. */
const simulated = (
  number: number,
  name: string,
  fault: Fault,
  expected: Scenario["expected"],
  { lookups = [], ...more }: Pick<Scenario, "options" | "update"> & { readonly lookups?: ReadonlyArray<Fault> } = {},
): Scenario => ({
  number,
  name: `${name}, by the sandbox`,
  server: { sandbox: { faults: [{ method: "POST", times: 1, ...fault }, ...lookups] } },
  expected,
  ...more,
})

/** A 204 has no body that could be odd, and a bare socket shows the others with more patience. */
const bodiless = { update: null }

const unread: Scenario["expected"] = {
  node: created(),
  deno: reconciled(),
  because: "undici leaves a body that nobody asked to be compressed as it is; fetch tries to inflate it",
}

const bySandbox: ReadonlyArray<Scenario> = [
  simulated(2, "201 without a body", { fault: "odd-answer", body: "empty" }, created(), bodiless),
  simulated(3, "201 whose body is not JSON", { fault: "odd-answer", body: "malformed" }, created(), bodiless),
  simulated(4, "201 cut off before its Content-Length", { fault: "truncated-answer" }, reconciled(), bodiless),
  simulated(
    6,
    "201 in chunks without the last one",
    { fault: "truncated-answer", chunked: true },
    reconciled(),
    bodiless,
  ),
  simulated(7, "201 with an array", { fault: "odd-answer", body: "array" }, created(), bodiless),
  simulated(8, "202", { fault: "odd-answer", status: 202 }, reconciled()),
  simulated(9, "a captive portal", { fault: "captive-portal" }, created("POST GET GET POST")),
  simulated(14, "403 in HTML", { fault: "refusal", status: 403, html: true }, notCreated("Forbidden")),
  simulated(
    16,
    "429 with an odd Retry-After",
    { fault: "rate-limit-burst", requests: 1, retryAfter: "-5" },
    created("POST POST"),
  ),
  simulated(20, "503", { fault: "server-error", committed: true }, reconciled()),
  simulated(22, "409", { fault: "refusal", status: 409, committed: true }, reconciled()),
  simulated(23, "308", { fault: "redirect", status: 308 }, notCreated("Redirected (308)")),
  simulated(30, "closed after the request was read", { fault: "drop-after-commit" }, reconciled()),
  simulated(33, "no answer at all", { fault: "no-answer", committed: true }, reconciled("any"), {
    ...bodiless,
    options: { attemptTimeout: "700 millis" },
  }),
  simulated(35, "201 whose body stalls", { fault: "stalled-answer" }, reconciled("any"), {
    ...bodiless,
    options: { attemptTimeout: "700 millis" },
  }),
  simulated(36, "201 with a body without an end", { fault: "endless-answer" }, reconciled("any"), bodiless),
  simulated(37, "201 with a corrupt gzip", { fault: "corrupt-gzip" }, unread, bodiless),
  simulated(43, "the lookup lags", { fault: "drop-after-commit" }, reconciled("POST GET GET"), {
    update: sentAgain,
    lookups: [{ fault: "refusal", status: 404, method: "GET", times: 1 }],
  }),
  simulated(45, "the lookup shows another account", { fault: "drop-after-commit" }, unknown("POST GET..", 1), {
    update: sentAgain,
    lookups: [{ fault: "odd-answer", body: "other-id", method: "GET" }],
  }),
]

const continued = "HTTP/1.1 100 Continue\r\n\r\n"
const hints = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"

export const answers: ReadonlyArray<Scenario> = [
  ...bySandbox,
  { number: 1, name: "201 of the sandbox", server: { sandbox: {} }, expected: created() },
  ...created201.map(([number, name, step]): Scenario => ({
    number,
    name,
    server: { raw: { write: first(committed(step)) } },
    expected: created(),
    update: number === 1 ? notYet : null,
  })),
  ...brokenOff.map(([number, name, step]): Scenario => ({
    number,
    name,
    server: { raw: { write: first(committed(step)) } },
    expected: reconciled(),
  })),
  {
    number: 4,
    name: "201 cut off, and the lookup fails",
    server: { raw: { write: first(committed(brokenOff[0]![2])), get: always(reply(500)) } },
    expected: created("POST GET"),
    update: sentAgain,
  },
  ...ambiguous(8, "200", reply(200, "{}")),
  ...ambiguous(8, "202", reply(202)),
  ...ambiguous(8, "204", bytes("HTTP/1.1 204 No Content\r\n\r\n")).map((scenario, index): Scenario => ({
    ...scenario,
    update: index === 0 ? updated() : null,
  })),
  ...ambiguous(9, "a captive portal in front of the POST", reply(200, page, html)),
  {
    number: 9,
    name: "a captive portal in front of everything",
    server: { raw: { write: always(reply(200, page, html)), get: always(reply(200, page, html)) } },
    expected: unknown("POST GET..", 0),
    update: unknown("PUT GET PUT GET PUT GET", 0),
  },
  refused(10, "400 with the fields that are wrong", "BadRequest (plan)", reply(400, validation), {
    expected: notCreated("BadRequest (plan)", "POST GET"),
  }),
  {
    number: 11,
    name: "400 for a duplicate with the same data",
    server: { raw: { seed: [acme] } },
    expected: notCreated("PossibleDuplicate (same)", "POST GET"),
  },
  {
    number: 11,
    name: "400 for a duplicate with other data",
    server: { raw: { seed: [other] } },
    expected: notCreated("PossibleDuplicate (different: name)", "POST GET"),
  },
  {
    number: 11,
    name: "400 for a duplicate that is accepted",
    server: { raw: { seed: [acme] } },
    createOptions: { ifExists: "accept-same" },
    expected: notCreated("existed", "POST GET"),
  },
  {
    number: 11,
    name: "400, and the lookup fails",
    server: { raw: { seed: [acme], get: always(reply(503)) } },
    expected: notCreated("PossibleDuplicate (unknown)", "POST GET GET GET"),
  },
  {
    number: 12,
    name: "400 after a lost answer: the first POST came through late",
    server: {
      raw: {
        write: first(reply(503), (turn) => committed(reply(400))(turn)),
      },
    },
    expected: reconciled("POST GET GET POST GET"),
    update: unknown("PUT GET PUT", 1, "BadRequest ()"),
  },
  {
    number: 12,
    name: "400 after a lost answer: the id was taken meanwhile",
    server: {
      raw: { write: first(reply(503), reply(400)), get: first(reply(404), reply(404), reply(200, other)) },
    },
    // The honest limit: it was absent before, and nobody can see who created it since.
    expected: reconciled("POST GET GET POST GET", 0),
    update: null,
  },
  {
    number: 12,
    name: "400 after a lost answer: a bad request",
    server: { raw: { write: first(reply(503), reply(400, validation)) } },
    expected: unknown("POST GET GET POST GET..", 0),
    update: unknown("PUT GET PUT", 0, "BadRequest (plan)"),
  },
  refused(13, "401", "Unauthorized", reply(401)),
  refused(14, "403 in HTML", "Forbidden", reply(403, page, html)),
  ...[404, 405, 413, 415, 422].map((status) =>
    refused(14, String(status), `RequestRefused (${status})`, reply(status, { message: "no" }), {
      update: notUpdated(status === 404 ? "AccountNotFound" : `RequestRefused (${status})`),
    }),
  ),
  {
    number: 15,
    name: "429 with Retry-After: 2",
    server: { raw: { write: first(reply(429, "", { "retry-after": "2" })) } },
    takes: [2000],
    pauses: [2000, 2000],
    expected: created("POST POST"),
  },
  pausing("Retry-After as a date three seconds ahead", () => dateIn(3), [1000, 3000]),
  pausing("Retry-After as a date that is over", () => dateIn(-60), oneWindow),
  pausing("Retry-After: 0", "Retry-After: 0\r\n", oneWindow),
  pausing("Retry-After: -5, which means nothing", "Retry-After: -5\r\n", oneWindow),
  pausing("Retry-After: 0x10, which means nothing", "Retry-After: 0x10\r\n", oneWindow),
  pausing("Retry-After: 1e9, which means nothing", "Retry-After: 1e9\r\n", oneWindow),
  pausing("an empty Retry-After", "Retry-After: \r\n", oneWindow),
  pausing("Retry-After twice", "Retry-After: 1\r\nRetry-After: 1\r\n", oneWindow),
  refused(17, "429 for the rest of the day", "DailyQuotaExhausted", reply(429, "", { "retry-after": "86400" }), {
    pauses: restOfTheDay,
  }),
  forEver("429 for ever", reply(429, "", { "retry-after": "0" })),
  forEver("429 for ever without a time", reply(429), { pauses: oneWindow }),
  {
    number: 19,
    name: "429 to the lookup after a lost answer",
    server: {
      raw: { write: first(committed(reply(503))), get: first(reply(429, "", { "retry-after": "0" })) },
    },
    expected: reconciled("POST GET GET"),
    update: sentAgain,
  },
  {
    number: 19,
    name: "429 for the rest of the day to the lookup after a lost answer",
    server: { raw: { write: first(committed(reply(503))), get: always(reply(429, "", { "retry-after": "86400" })) } },
    expected: unknown("POST GET", 1, "DailyQuotaExhausted"),
  },
  {
    number: 19,
    name: "429 to the POST that is sent again",
    server: { raw: { write: first(reply(503), reply(429, "", { "retry-after": "0" })) } },
    expected: created("POST GET GET POST POST"),
  },
  ...[500, 502, 504, 520, 521, 522, 523, 524].flatMap((status) => ambiguous(20, String(status), reply(status))),
  {
    number: 20,
    name: "500 for ever",
    server: { raw: { write: always(reply(500)) } },
    expected: notCreated("Unavailable", "POST GET GET POST GET GET POST GET GET"),
    update: unknown("PUT GET PUT GET PUT GET", 0),
  },
  {
    number: 21,
    name: "503 with Retry-After: 1",
    server: { raw: { write: first(committed(reply(503, "", { "retry-after": "1" }))) } },
    takes: [1000],
    expected: reconciled(),
  },
  {
    number: 21,
    name: "503 with a Retry-After beyond the deadline",
    server: { raw: { write: first(committed(reply(503, "", { "retry-after": "3600" }))) } },
    expected: reconciled(),
  },
  ...[408, 409, 425].flatMap((status) => ambiguous(22, String(status), reply(status))),
  ...redirects,
  {
    number: 24,
    name: "103, then the answer",
    server: { raw: { write: first(committed(thenDone(hints))) } },
    expected: created(),
  },
  {
    number: 24,
    name: "100, then the answer",
    server: { raw: { write: first(committed(thenDone(continued))) } },
    expected: {
      node: reconciled(),
      deno: created(),
      because: "undici takes a 100 that it did not ask for as a broken answer",
    },
  },
  {
    number: 24,
    name: "300 interim answers, then the answer",
    server: { raw: { write: first(committed(thenDone(hints.repeat(300)))) } },
    expected: created(),
  },
  {
    number: 24,
    name: "10,000 interim answers, then a close",
    server: { raw: { write: first(committed(bytesAndEnd(hints.repeat(10_000)))) } },
    expected: reconciled(),
    update: null,
  },
  {
    number: 24,
    name: "interim answers without an end",
    server: { raw: { write: first(committed(dripping(hints.repeat(1000), 2))) } },
    options: impatient,
    expected: reconciled(),
    update: null,
  },
]
