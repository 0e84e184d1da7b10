/**
 * The tests of core that cannot hold through Effect 3 as they are written, each with the reason.
 */
/** The page that has them as a table. */
export const page = "docs/effect3.md"

export const exceptions: Readonly<Record<string, string>> = {
  "on the wire is counted for the day":
    "It interrupts in the turn in which it starts the call; through the bridge nothing has left by then.",
  "keeps the `RequestInit` it was given, but for redirects":
    "It gives it to a client of Effect 4; a test of this package gives it to one of Effect 3.",
  "counts its requests and how each create ended": "It reads the metrics of Effect 4; here they are those of Effect 3.",
}
