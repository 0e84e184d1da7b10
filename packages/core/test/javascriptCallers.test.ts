import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Accounts from "../src/Accounts.ts"
import type { AccountsError } from "../src/AccountsError.ts"
import type { Options } from "../src/Options.ts"
import { account, make, status } from "./scriptedServer.ts"

const issuesOf = ({ reason }: AccountsError) => {
  assert(reason._tag === "InvalidAccount" || reason._tag === "InvalidOptions")
  return reason.issues.map(({ code, path }) => `${reason._tag} ${path} ${code}`)
}

describe("a caller without types", () => {
  it.effect("gets an error, and no defect, for an account that cannot be read", () =>
    Effect.gen(function* () {
      const { layer, requests } = make([])
      const { proxy, revoke } = Proxy.revocable({ ...account }, {})
      revoke()
      const throwing = Object.defineProperty({ ...account }, "id", {
        enumerable: true,
        get: () => {
          throw new Error("boom")
        },
      })
      const attempt = (input: typeof account) =>
        Accounts.createAccount(input).pipe(Effect.provide(layer()), Effect.flip, Effect.map(issuesOf))
      assert.deepStrictEqual(yield* attempt(proxy), ["InvalidAccount  unreadable"])
      assert.deepStrictEqual(yield* attempt(throwing), ["InvalidAccount id unreadable"])
      assert.lengthOf(requests, 0)
    }),
  )

  it.effect("may change the account after the call without changing what is sent", () =>
    Effect.gen(function* () {
      const { layer, requests } = make([status(201)])
      let reads = 0
      const changing = Object.defineProperty({ ...account }, "plan", { enumerable: true, get: () => `plan ${++reads}` })
      yield* Effect.provide(Accounts.createAccount(changing as typeof account), layer())
      const { body } = requests[0]!
      assert(body._tag === "Uint8Array")
      assert.include(new TextDecoder().decode(body.body), '"plan":"plan 1"')
    }),
  )

  it.effect("may give null for the options of a call", () =>
    Effect.gen(function* () {
      const { layer } = make([status(201)])
      const created = yield* Effect.provide(Accounts.createAccount(account, null as never), layer())
      assert.strictEqual(created.attempts, 1)
    }),
  )

  it.effect.each([undefined, null, 7, {}])("is told that an id is text: %s", (id) =>
    Effect.gen(function* () {
      const { layer } = make([])
      const error = yield* Accounts.getAccount(id as never).pipe(Effect.provide(layer()), Effect.flip)
      assert.deepStrictEqual(issuesOf(error), ["InvalidAccount id wrong_type"])
    }),
  )

  it.effect.each<readonly [what: string, options: unknown, code: string]>([
    ["a key that is not Redacted", { apiKey: "plain" }, "wrong_type"],
    ["a key that is not text", { apiKey: Redacted.make(7) }, "wrong_type"],
    ["no key", {}, "not_set"],
    ["no options", undefined, "not_set"],
    ["null", null, "not_set"],
  ])("is told what is wrong with the options: %s", ([, options, code]) =>
    Effect.gen(function* () {
      const { client } = make([])
      const built = Layer.build(Accounts.layer(options as Options).pipe(Layer.provide(client)))
      const error = yield* Effect.flip(built)
      assert.deepStrictEqual(issuesOf(error), [`InvalidOptions apiKey ${code}`])
    }),
  )
})
