/**
 * What the stand-ins of the packages that run these tests through themselves (`tools/behaviour.ts`) have in common. The manifest names this
 * module for the workspace alone; no published package has it.
 */
import { assert } from "@effect/vitest"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as AccountsError from "../../src/AccountsError.ts"

/** Whether the test that runs went through the package. */
export const passage = { isUsed: false }

type WakeUps = Set<{ readonly at: number }>

const wakeUps = new WeakMap<Clock.Clock, WakeUps>()

/** When the clock of a test will wake somebody. */
export const wakeUpsOf = (clock: Clock.Clock): WakeUps => {
  const known = wakeUps.get(clock) ?? new Set()
  wakeUps.set(clock, known)
  return known
}

/** Sleeps by the clock of a test, which then knows when it will wake somebody. */
export const sleepBy = (clock: Clock.Clock, duration: Duration.Duration): Effect.Effect<void> =>
  Effect.suspend(() => {
    const wakeUp = { at: clock.currentTimeMillisUnsafe() + Duration.toMillis(duration) }
    wakeUpsOf(clock).add(wakeUp)
    return Effect.ensuring(
      clock.sleep(duration),
      Effect.sync(() => wakeUpsOf(clock).delete(wakeUp)),
    )
  })

/** A test may give what throws when it is read. */
export const unlessItThrows = <A, B>(given: A, read: (given: A) => B | undefined): B =>
  Result.getOrElse(
    Result.try(() => read(given) ?? (given as unknown as B)),
    () => given as unknown as B,
  )

type Said = "message" | "hint" | "isRetryable"

type Fields<Reason extends AccountsError.AccountsErrorReason> = ConstructorParameters<
  typeof AccountsError.AccountsError<Reason>
>[0]

/** What a package says of a reason and of a call. */
interface Told<Reason extends AccountsError.AccountsErrorReason> extends Omit<Fields<Reason>, "reason"> {
  readonly reason: { readonly [Name in Said]?: unknown } & { readonly _tag: AccountsError.AccountsErrorReason["_tag"] }
}

/** The error of core that a test asks for. What the package says of it has to be what core says. */
export const errorOf = <Reason extends AccountsError.AccountsErrorReason>(
  { reason, ...fields }: Told<Reason>,
  told: { readonly [Name in Said | "concernsAll"]?: unknown },
): AccountsError.AccountsError<Reason> => {
  const { _tag, hint, isRetryable, message, ...given } = reason
  // oxlint-disable-next-line import/namespace -- core has a class of the name of each reason
  const Class = AccountsError[_tag] as unknown as new (fields: object) => Reason
  const made = new AccountsError.AccountsError<Reason>({ ...fields, reason: new Class(given) } as Fields<Reason>)
  for (const name of ["message", "hint", "isRetryable", "concernsAll"] as const) {
    assert.strictEqual(told[name], made[name])
  }
  if (message !== undefined) {
    const { hint: hintOfCore, isRetryable: isRetryableInCore, message: messageOfCore } = made.reason
    assert.deepStrictEqual([message, hint, isRetryable], [messageOfCore, hintOfCore, isRetryableInCore])
  }
  return made
}

/** The response of a client of a test, as a fetch has it. */
export const webResponseOf = (response: HttpClientResponse): Response => {
  const bytes = Stream.catchIf(
    response.stream,
    (error) => error.reason._tag === "EmptyBodyError",
    () => Stream.empty,
  )
  const made = new Response(Stream.toReadableStream(bytes) as ReadableStream<Uint8Array<ArrayBuffer>>, {
    headers: response.headers,
  })
  return Object.defineProperty(made, "status", { value: response.status })
}
