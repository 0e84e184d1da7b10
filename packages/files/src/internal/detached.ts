/**
 * Texts that outlive the chunk they were cut from.
 */

/** A text with memory of its own: a cell is a slice of the text it was cut from, and would keep all of it. */
export const detached = (text: string): string => [...text].join("")
