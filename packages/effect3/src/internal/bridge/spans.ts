/**
 * Lengths of time of core as those of Effect 3.
 */
import * as Duration from "effect/Duration"
import * as Duration4 from "effect4/Duration"

/** The same members with the lengths of time of Effect 3. */
export type WithSpansDown<A> = A extends object
  ? { readonly [Name in keyof A]: A[Name] extends Duration4.Duration ? Duration.Duration : A[Name] }
  : never

export const spanDown = (span: Duration4.Duration): Duration.Duration => Duration.millis(Duration4.toMillis(span))

export const spansDown = <A extends object>(members: A): WithSpansDown<A> =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, Duration4.isDuration(value) ? spanDown(value) : value]),
  ) as WithSpansDown<A>
