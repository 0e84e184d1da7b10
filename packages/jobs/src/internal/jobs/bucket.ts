/**
 * The part of a job that an account belongs to. All rows of one id are in one chunk, where they are sent one after the other: two workers that send
 * one account at once could not tell whose it is.
 */

/** Buckets are whole numbers below this. */
const buckets = 2 ** 32

/** FNV-1a, then stirred, because neighbouring ids would share their high bits, by which chunks are told. */
export const bucketOf = (id: string): number => {
  let sum = 0x811c9dc5
  for (let index = 0; index < id.length; index++) sum = Math.imul(sum ^ id.charCodeAt(index), 0x01000193)
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b)
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35)
  return (sum ^ (sum >>> 16)) >>> 0
}

/** The first bucket of a chunk; that of the next one ends it. */
export const firstBucket = (chunk: number, chunks: number): number => Math.floor((chunk * buckets) / chunks)
