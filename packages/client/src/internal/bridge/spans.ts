/**
 * Lengths of time of core as numbers of milliseconds.
 */
import * as Duration from "effect/Duration"

/** The same members with milliseconds for lengths of time. */
export type InMillis<A> = A extends object
  ? { readonly [Name in keyof A]: A[Name] extends Duration.Duration ? number : A[Name] }
  : never

export const inMillis = <A extends object>(members: A): InMillis<A> =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      Duration.isDuration(value) ? Duration.toMillis(value) : value,
    ]),
  ) as InMillis<A>
