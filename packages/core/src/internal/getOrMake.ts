/**
 * Values by their keys that are made when they are first asked for.
 */

/** What a map holds for a key, made when there is nothing yet. */
export const getOrMake = <Key, A>(
  all: { readonly get: (key: Key) => A | undefined; readonly set: (key: Key, made: A) => unknown },
  key: Key,
  make: () => A,
): A => {
  const known = all.get(key)
  if (known !== undefined) return known
  const made = make()
  all.set(key, made)
  return made
}
