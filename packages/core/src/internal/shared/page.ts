/**
 * Memory for tables of many megabytes that live for a part of a run.
 */

/**
 * A buffer that may grow is mapped by itself, and goes back to the system when it is collected. Plain ones are pieces of one heap, which keeps
 * the room of those that are gone: 50 MB after a check of a million rows.
 */
export const page = (bytes: number): ArrayBuffer => new ArrayBuffer(bytes, { maxByteLength: bytes })
