import { assert, describe, it } from "@effect/vitest"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type * as Account from "../src/Account.ts"
import type * as Accounts from "../src/Accounts.ts"
import * as AccountsError from "../src/AccountsError.ts"
import type * as AccountsEvent from "../src/AccountsEvent.ts"
import type * as AccountsList from "../src/AccountsList.ts"
import type * as AccountsUpsert from "../src/AccountsUpsert.ts"
import type * as Plain from "../src/internal/shared/plain.ts"
import type * as Options from "../src/Options.ts"

type Utc = DateTime.Utc

/** What core gives, as the plain types show it: that this compiles is the test. */
interface Given {
  readonly account: (given: Account.Account) => Plain.Account
  readonly created: (given: Accounts.AccountCreated) => Plain.CreatedOf<Duration.Duration>
  readonly create: (given: AccountsError.CreateReason) => Plain.CreateReasonOf<Utc>
  readonly read: (given: AccountsError.ReadReason) => Plain.ReadReasonOf<Utc>
  readonly updated: (given: Accounts.AccountUpdated) => Plain.UpdatedOf<Duration.Duration>
  readonly upserted: (given: AccountsUpsert.AccountUpserted) => Plain.UpsertedOf<Duration.Duration>
  readonly update: (given: AccountsError.UpdateReason) => Plain.UpdateReasonOf<Utc>
  readonly list: (given: AccountsError.ListReason) => Plain.ListReasonOf<Utc>
  readonly event: (given: AccountsEvent.AccountsEvent) => Plain.CallEventOf<Duration.Duration>
}

/** What the plain types let a program write, as core takes it. */
interface Taken {
  readonly input: (taken: Plain.NewAccountInputOf<number | Date>) => Account.NewAccountInput
  readonly options: (taken: Plain.OptionsOf<Redacted.Redacted, Duration.Input>) => Options.Options
  readonly create: (
    taken: Plain.CreateOptionsOf<Duration.Input, Effect.Effect<boolean>, number | Date>,
  ) => Options.CreateOptions
  readonly changes: (taken: Plain.ChangesOf<number | Date>) => Accounts.AccountChanges
  readonly write: (taken: Plain.WriteOptionsOf<Duration.Input, Effect.Effect<boolean>>) => Options.WriteOptions
  readonly upsert: (
    taken: Plain.UpsertOptionsOf<Duration.Input, Effect.Effect<boolean>, number | Date>,
  ) => AccountsUpsert.UpsertOptions
  readonly list: (taken: Plain.ListOptions) => AccountsList.ListOptions
}

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

/** Nothing is left out, and nothing is there that core does not have. */
interface Complete {
  readonly create: Same<Plain.CreateReasonOf<Utc>["_tag"], AccountsError.CreateReason["_tag"]>
  readonly read: Same<Plain.ReadReasonOf<Utc>["_tag"], AccountsError.ReadReason["_tag"]>
  readonly update: Same<Plain.UpdateReasonOf<Utc>["_tag"], AccountsError.UpdateReason["_tag"]>
  readonly list: Same<Plain.ListReasonOf<Utc>["_tag"], AccountsError.ListReason["_tag"]>
  readonly updated: Same<keyof Plain.UpdatedOf<unknown>, keyof Accounts.AccountUpdated>
  readonly upserted: Same<keyof Plain.UpsertedOf<unknown>, keyof AccountsUpsert.AccountUpserted>
  readonly account: Same<keyof Plain.Account, keyof Account.Account>
  readonly created: Same<keyof Plain.CreatedOf<unknown>, keyof Accounts.AccountCreated>
  readonly event: Same<Plain.CallEventOf<unknown>["_tag"], AccountsEvent.AccountsEvent["_tag"]>
  readonly options: Same<
    Exclude<keyof Options.Options, keyof Plain.OptionsOf<unknown, unknown>>,
    // The HTTP client of the program decides about trace headers.
    "propagateTrace"
  >
  readonly createOptions: Same<keyof Plain.CreateOptionsOf<unknown, unknown, unknown>, keyof Options.CreateOptions>
  readonly upsertOptions: Same<
    keyof Plain.UpsertOptionsOf<unknown, unknown, unknown>,
    keyof AccountsUpsert.UpsertOptions
  >
  readonly listOptions: Same<keyof Plain.ListOptions, keyof AccountsList.ListOptions>
}

const itself = <A>(value: A): A => value

describe("the plain types", () => {
  it("are those of core", () => {
    const given: Given = {
      account: itself,
      created: itself,
      create: itself,
      read: itself,
      updated: itself,
      upserted: itself,
      update: itself,
      list: itself,
      event: itself,
    }
    const taken: Taken = {
      input: itself,
      options: itself,
      create: itself,
      changes: itself,
      write: itself,
      upsert: itself,
      list: itself,
    }
    const complete: Complete = {
      create: true,
      read: true,
      update: true,
      list: true,
      updated: true,
      upserted: true,
      account: true,
      created: true,
      event: true,
      options: true,
      createOptions: true,
      upsertOptions: true,
      listOptions: true,
    }
    const reason = new AccountsError.Unauthorized()
    assert.strictEqual(given.create(reason).hint, reason.hint)
    assert.deepStrictEqual(taken.create({ preflight: true }), { preflight: true })
    assert.notInclude(Object.values(complete), false)
  })
})
