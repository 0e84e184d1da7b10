/**
 * A scenario of the fault matrix: a server that misbehaves, what is asked of the client, and what must come of it.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import type * as Accounts from "@effect-aptrinsic/core/Accounts"
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import type { AccountsEvent } from "@effect-aptrinsic/core/AccountsEvent"
import type { CreateOptions, Options } from "@effect-aptrinsic/core/Options"
import type { Outcome } from "@effect-aptrinsic/core/Outcome"
import type * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import type * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import type { Running, Script } from "./rawServer.ts"
import type { HttpClientOptions, Runtime } from "./runtime.ts"

/** The account that a scenario creates or updates when it names no other. */
export const acme: NewAccount = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] }

/** What the caller asks for: that an account is made, that one which is there comes to hold the same, or a list of five, two on a page. */
export type Verb = "create" | "update" | "list"

export interface Expected {
  /**
   * `created`, `updated`, `created, reconciled`, `existed`, the ids that were listed, or the reason of the failure with what tells it apart.
   */
  readonly result: string
  /** Lists have none. */
  readonly outcome: Outcome | undefined
  /** What the server received, in order: `POST GET GET POST`; more than three alike in a row as `GET..` or `POST x8`; `any` when that depends on the moment. */
  readonly requests: string
  /** How many accounts the server created, or changed. */
  readonly holds: number
}

/** The end of a call, with everything it let a caller see. */
export interface Ending {
  readonly result: string
  readonly outcome: Outcome | undefined
  readonly seen: ReadonlyArray<unknown>
}

/** The ids of a list, in its order. */
export interface Listing {
  readonly ids: ReadonlyArray<string>
}

export type Done = Accounts.AccountCreated | Accounts.AccountUpdated | Listing

/** What a scenario's own program is given. */
export interface Bench {
  readonly runtime: Runtime
  readonly verb: Verb
  readonly apiKey: string
  readonly server: Running
  readonly sandbox: Sandbox.Sandbox["Service"] | undefined
  /** One create or update, of `acme` by default; or one list. */
  readonly write: (account?: NewAccount) => Effect.Effect<Done, AccountsError>
  /** The same to its end. */
  readonly call: (account?: NewAccount) => Effect.Effect<Ending>
  readonly endingOf: (exit: Exit.Exit<Done, AccountsError>, accountId?: string) => Ending
  readonly events: ReadonlyArray<AccountsEvent>
  /** Called with every event of every call. */
  readonly onEvent: (observer: (event: AccountsEvent) => void) => void
  /** Moves the clocks of this program by so many milliseconds. */
  readonly jump: (clocks: { readonly wall: number; readonly monotonic: number }) => void
}

export interface Scenario {
  /** The number in the matrix. */
  readonly number: number
  readonly name: string
  /** @default "create" */
  readonly verb?: Verb
  /** A server on a bare socket, a sandbox with these options, or a port where nothing answers. */
  readonly server:
    | { readonly raw: Script }
    | { readonly sandbox: Sandbox.Options }
    | { readonly port: Effect.Effect<number, never, Scope.Scope> }
  readonly httpClient?: HttpClientOptions
  /** The base URL, made from the server's. */
  readonly address?: (url: string) => string
  readonly options?: Partial<Options> & { readonly key?: (canary: string) => string }
  /**
   * The ids of the accounts that the sandbox holds before they are updated.
   *
   * @default ["acme"]
   */
  readonly seed?: ReadonlyArray<string>
  readonly createOptions?: CreateOptions
  readonly account?: unknown
  /** The calls of the client, unless it is one create. */
  readonly program?: (bench: Bench) => Effect.Effect<Ending, never, Scope.Scope>
  /** The least milliseconds it takes, and the most: enough for a busy machine. Default 0 and 40,000. */
  readonly takes?: readonly [atLeast: number, atMost?: number]
  /** The least and the most milliseconds of the pause that a 429 makes. */
  readonly pauses?: readonly [atLeast: number, atMost: number]
  /** A check of the ending, besides those that every ending has to pass. */
  readonly objection?: (ending: Ending, server: Running) => string | undefined
  readonly expected: Expectation
  /** The ending of the same update, where the table of updates has other words; null where no update can meet it. */
  readonly update?: Expectation | null
}

/** Where a request meets its bound: no shorter than a busy machine needs for the others. */
export const impatient = { attemptTimeout: "5 seconds" } as const

export type Expectation =
  | Expected
  | { readonly node: Expected; readonly deno: Expected; /** Why they cannot be the same. */ readonly because: string }

export const created = (requests = "POST", holds = 1): Expected => ({
  result: "created",
  outcome: "created",
  requests,
  holds,
})

export const reconciled = (requests = "POST GET", holds = 1): Expected => ({
  ...created(requests, holds),
  result: "created, reconciled",
})

export const updated = (requests = "PUT", holds = 1): Expected => ({
  result: "updated",
  outcome: "updated",
  requests,
  holds,
})

/** What a lookup does not show is sent again. */
export const sentAgain = updated("PUT GET PUT")

export const notCreated = (result: string, requests = "POST", holds = 0): Expected => ({
  result,
  outcome: "not created",
  requests,
  holds,
})

export const notUpdated = (result: string, requests = "PUT"): Expected => ({
  result,
  outcome: "not updated",
  requests,
  holds: 0,
})

export const unknown = (requests: string, holds: number, result = "OutcomeUnknown"): Expected => ({
  result,
  outcome: "unknown",
  requests,
  holds,
})

export const expectedOn = (scenario: Scenario, runtime: Runtime): Expected =>
  "because" in scenario.expected ? scenario.expected[runtime] : scenario.expected

export const format = ({ holds, outcome, requests, result }: Expected): string =>
  `${outcome === undefined || result.startsWith(outcome) ? result : `${result}; ${outcome}`}; ${requests === "" ? "nothing sent" : requests}; holds ${holds}`
