/**
 * The tests of core that cannot hold through promises as they are written, each with the reason.
 */
const noEffect =
  "Spans, logs, metrics and the HTTP clients of Effect have no counterpart here; `onEvent` tells each step."

/** The page that has them as a table. */
export const page = "docs/promise.md"

export const exceptions: Readonly<Record<string, string>> = {
  "keeps the `RequestInit` it was given, but for redirects": noEffect,
  "says how it ended, what it waited for, and takes a lookup that finds nothing for no error": noEffect,
  "tells each step in the debug log, without the key": noEffect,
  "has a span with the account id, and one for each request, where there is a tracer": noEffect,
  "names the account in whatever is logged during a call": noEffect,
  "counts its requests and how each create ended": noEffect,
  "hides the key from a client that prints it, with whatever else is to be hidden": noEffect,
  "is not known to have been answered when there is no status, or the client died":
    "A client of Effect dies; a fetch rejects, and says what it rejects with.",
  "end as InvalidOptions when an account is created, with nothing sent":
    "Among them is a function as `mayLeave`, which is what it takes here; a test of this package has the others.",
  "while its observer hears that it leaves is not counted for the day": "`onEvent` is a function, which cannot wait.",
  "sends nothing more when the machine slept for longer than the call may take":
    "Its clock sleeps no time at all, and a fetch needs a turn.",
}
