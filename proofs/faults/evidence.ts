/**
 * Servers that keep an account otherwise than it was sent, show it late, or contradict themselves after an answer was lost.
 */
import type { Account, NewAccount } from "@effect-aptrinsic/core/Account"
import { response, type Step } from "./rawServer.ts"
import { acme, notCreated, reconciled, type Scenario, sentAgain, unknown, updated } from "./scenario.ts"
import { always, committed, first, reply, reset } from "./steps.ts"

const full: NewAccount = {
  ...acme,
  name: "  Acme Ínc ",
  website: "https://www.Example.com/",
  csm: "Jane@Example.com",
  nps: 42.123456789,
  numberOfEmployees: 250,
  renewalDate: 1_798_761_600_000,
  location: { countryCode: "us", coordinates: { latitude: 37.567147, longitude: 0 } },
  customAttributes: { seats: 40, tier: "gold", zero: 0 },
}

/** Answers a GET with the account that is held, in a form of the server's own. */
const showing =
  (form: (account: Account) => object, headers: () => Readonly<Record<string, string>> = () => ({})): Step =>
  ({ held, socket }) => {
    const account = held()
    const body = account === undefined ? "" : JSON.stringify(form(account))
    socket.write(response(account === undefined ? 404 : 200, body, headers()))
  }

const forms: Readonly<Record<string, (account: Account) => object>> = {
  "trims text": (account) => ({ ...account, name: account.name?.trim() }),
  "rounds numbers": (account) => ({ ...account, nps: 42.12 }),
  "keeps seconds": (account) => ({ ...account, renewalDate: 1_798_761_600 }),
  "writes codes in capitals": (account) => ({ ...account, location: { ...account.location, countryCode: "US" } }),
  "keeps numbers as text": (account) => ({
    ...account,
    numberOfEmployees: "250",
    customAttributes: { seats: "40", tier: "gold", zero: "0" },
  }),
  "writes addresses in small letters, without a slash": (account) => ({
    ...account,
    website: "https://www.example.com",
    csm: "jane@example.com",
  }),
  "normalises Unicode": (account) => ({ ...account, name: account.name?.normalize("NFD") }),
  "drops zeros": (account) => ({
    ...account,
    location: { countryCode: "us", coordinates: { latitude: 37.567147 } },
    customAttributes: { seats: 40, tier: "gold" },
  }),
}

const lost = (name: string, get: Step, expected: Scenario["expected"], more: Partial<Scenario> = {}): Scenario => ({
  number: 64,
  name,
  server: { raw: { write: first(committed(reset)), get: always(get) } },
  account: full,
  expected,
  ...more,
})

const other = (account: Account) => ({ ...account, plan: "Professional", csm: "somebody else" })
const httpDate = (ahead = 0) => ({ date: new Date(Date.now() + ahead).toUTCString() })

const normalised: ReadonlyArray<Scenario> = [
  ...Object.entries(forms).map(([name, form]) =>
    lost(`a server that ${name}, after a lost answer`, showing(form), reconciled("POST GET")),
  ),
  lost("other data after a lost answer, of which nothing else is known", showing(other), unknown("POST GET", 1), {
    update: sentAgain,
  }),
  lost("other data after a lost answer, absent before", showing(other), reconciled("GET POST GET"), {
    createOptions: { preflight: true },
  }),
]

const hours = 3 * 3_600_000

const dated: ReadonlyArray<Scenario> = [
  lost(
    "other data after a lost answer, created in the time of the request by a clock that is hours ahead",
    showing(
      (account) => ({ ...other(account), createDate: Date.now() + hours - 50 }),
      () => httpDate(hours),
    ),
    reconciled("POST GET"),
    { number: 65, update: sentAgain },
  ),
  lost(
    "the same data after a lost answer, but older than the request",
    showing((account) => ({ ...account, createDate: Date.now() - 60_000 }), httpDate),
    notCreated("PossibleDuplicate (same)", "POST GET", 1),
    { number: 65, update: { ...updated("PUT GET"), result: "updated, reconciled" } },
  ),
  lost(
    "other data after a lost answer, with a date and no clock to compare it with",
    showing((account) => ({ ...other(account), createDate: Date.now() })),
    unknown("POST GET", 1),
    { number: 65, update: null },
  ),
]

const taken = reply(400, { externalapierror: { status: "BAD_REQUEST", message: "Account already exists" } })
const absent = reply(404)

const late: ReadonlyArray<Scenario> = [
  {
    number: 66,
    name: "a write that shows after the second POST was refused",
    server: { raw: { write: first(committed(reset), taken), get: first(absent, absent, absent, absent) } },
    expected: reconciled("POST GET GET POST GET GET GET"),
    update: null,
  },
  {
    number: 66,
    name: "a write that never shows, and a second POST that is refused",
    server: { raw: { write: first(committed(reset), taken), get: always(absent) } },
    options: { totalTimeout: "10 seconds" },
    expected: unknown("POST GET GET POST GET..", 1),
    update: null,
  },
  {
    number: 67,
    name: "503 with a Retry-After that is longer than the call",
    server: { raw: { write: first(reply(503, "", { "retry-after": "60" })) } },
    expected: notCreated("Unavailable", "POST GET GET"),
    update: unknown("PUT GET", 0),
  },
  {
    number: 67,
    name: "503 with a Retry-After that fits into the call",
    server: { raw: { write: first(reply(503, "", { "retry-after": "2" })) } },
    takes: [2000],
    expected: { result: "created", outcome: "created", requests: "POST GET GET POST", holds: 1 },
  },
]

export const evidence = [...normalised, ...dated, ...late]
