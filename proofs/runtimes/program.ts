/** The program that each runtime runs: a create, the same once more, and one whose answer is lost. */
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

export interface Server {
  readonly apiKey: string
  readonly baseUrl: string
}

export const accounts = ({ apiKey, baseUrl }: Server) =>
  Accounts.layer({ apiKey: Redacted.make(apiKey), baseUrl, settleDelay: "50 millis" }).pipe(
    Layer.provide(FetchHttpClient.layer),
  )

const accountOf = (id: string) => ({ id, name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] })

/** What became of one account, in a word or two. */
export const create = (id: string) =>
  Accounts.createAccount(accountOf(id)).pipe(
    Effect.map(({ reconciled }) => (reconciled ? "created, found by a lookup" : "created")),
    Effect.catchTag("AccountsError", ({ outcome, reason }) => Effect.succeed(`${outcome}: ${reason._tag}`)),
  )

/** The sandbox loses the answer for this account. */
export const lost = (name: string) => `${name}-lost`

export const program = (name: string) => Effect.all([create(name), create(name), create(lost(name))])

/** When a connection breaks on which an earlier answer came, Chromium sends a POST again by itself; PX then refuses the second one. */
export const inChromium = ["created", "not created: PossibleDuplicate", "not created: PossibleDuplicate"]

export const expected = ["created", "not created: PossibleDuplicate", "created, found by a lookup"]
