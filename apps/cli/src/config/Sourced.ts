/**
 * A setting and the place it came from, and the ways to a key.
 */
import type * as Redacted from "effect/Redacted"

/** A value and the place it came from, as a person would name it: `--base-url`, `$APTRINSIC_BASE_URL`, `profile prod`. */
export interface Sourced<A> {
  readonly value: A
  readonly source: string
}

export const sourced = <A, B>(value: A | undefined, source: string, make: (value: A) => B): Sourced<B> | undefined =>
  value === undefined ? undefined : { value: make(value), source }

export type KeySource =
  | { readonly _tag: "Key"; readonly key: Redacted.Redacted }
  | { readonly _tag: "Stored"; readonly key: Redacted.Redacted; readonly file: string }
  | { readonly _tag: "File"; readonly path: string }
  | { readonly _tag: "Command"; readonly command: readonly [string, ...ReadonlyArray<string>] }
