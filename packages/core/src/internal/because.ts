/**
 * The words of a server in a sentence of ours.
 */

/** What the server said, as the end of a sentence. */
export const because = (detail: string | undefined) => (detail === undefined || detail === "" ? "" : `: ${detail}`)
