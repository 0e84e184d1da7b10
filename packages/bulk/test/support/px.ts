/** Accounts, and an `Accounts` service that answers as a test tells it. */
import type { ImportHalted } from "@effect-aptrinsic/bulk/ImportHalted"
import type { Account, NewAccount, NewAccountInput } from "@effect-aptrinsic/core/Account"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as E from "@effect-aptrinsic/core/AccountsError"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import type { CreateOptions } from "@effect-aptrinsic/core/Options"
import { assert } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

export const account = (id: string): NewAccount => ({ id, name: "Acme Inc", propertyKeys: ["AP-1-2"] })
export const accounts = (count: number) => Array.from({ length: count }, (_, index) => account(`a${index + 1}`))

export const success = (sent: NewAccountInput): Accounts.AccountCreated => ({
  account: sent as NewAccount,
  reconciled: false,
  existed: false,
  evidence: "answer",
  differences: [],
  attempts: 1,
  waited: Duration.zero,
  elapsed: Duration.millis(1),
})
export const failure = (reason: E.CreateReason, outcome: "not created" | "unknown" = "not created", attempts = 1) =>
  Effect.fail(
    new E.AccountsError({
      operation: "create",
      outcome,
      attempts,
      elapsed: Duration.millis(1),
      history: [],
      reason,
    }),
  )

export type Create = (
  input: NewAccountInput,
  options: CreateOptions,
  tell: AccountsEvent.Observer,
) => Effect.Effect<Accounts.AccountCreated, E.AccountsError<E.CreateReason>>

export type Read = (id: string) => Effect.Effect<Account, E.AccountsError<E.ReadReason>>

/** A read that fails. */
export const unread = (reason: E.ReadReason) =>
  Effect.fail(new E.AccountsError({ operation: "get", attempts: 1, elapsed: Duration.millis(1), history: [], reason }))

/** An `Accounts` that answers as it is told, and what it was asked; a read is refused unless it is told otherwise. */
export const px = (
  create: Create = (input) => Effect.succeed(success(input)),
  getAccount: Read = () => unread(new E.Forbidden({ detail: "" })),
) => {
  const calls: Array<readonly [id: string, inDoubt: boolean]> = []
  const layer = Accounts.layerTest({
    getAccount,
    createAccount: (input, options = {}) =>
      Effect.gen(function* () {
        calls.push([input.id, options.inDoubt !== undefined && options.inDoubt !== false])
        const observer = yield* AccountsEvent.CurrentObserver
        const tell = (event: AccountsEvent.AccountsEvent) => observer?.(event) ?? Effect.void
        yield* tell({ accountId: input.id, request: "POST", kind: "write", _tag: "Sending", waited: Duration.zero })
        return yield* create(input, options, tell)
      }),
  })
  return { calls, layer }
}

export const halted = (error: unknown): ImportHalted => {
  assert(error !== undefined)
  return error as ImportHalted
}
