/**
 * Options of a program without Effect as those of core, which checks them.
 */
import type * as CoreOptions from "@effect-aptrinsic/core/Options"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { Options, UpdateOptions } from "../../Options.ts"

/** The members of what a program gave, each read once; what throws when it is read is for core to refuse. */
const membersOf = (given: unknown): Readonly<Record<string, unknown>> | undefined =>
  Result.getOrUndefined(Result.try(() => (Predicate.isObject(given) ? { ...given } : undefined)))

export const optionsOf = (given: Options): CoreOptions.Options => {
  const members = membersOf(given)
  if (members === undefined) return given as never
  const { apiKey, fetch: _fetch, onEvent: _onEvent, ...rest } = members
  return { ...rest, ...(apiKey === undefined ? {} : { apiKey: Redacted.make(apiKey) }) } as CoreOptions.Options
}

/** The options of a write, whatever it does besides. */
export const writeOptionsOf = <Core extends CoreOptions.WriteOptions>(
  given: UpdateOptions | undefined,
): Core | undefined => {
  const members = membersOf(given)
  if (members === undefined) return given as never
  const { mayLeave, signal: _signal, concurrency: _concurrency, ...rest } = members
  if (typeof mayLeave !== "function") return { ...rest, ...(mayLeave === undefined ? {} : { mayLeave }) } as never
  return { ...rest, mayLeave: Effect.promise(() => Promise.resolve(mayLeave())) } as never
}
