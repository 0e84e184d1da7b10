/**
 * The time in which an account has to have been made for its date to make it the call's own, as wide as the promises allow.
 */
import type { Stored } from "./history.ts"
import { type Evidence, isLost, type Request, type Story } from "./story.ts"

/**
 * From when on: the first POST whose answer was lost, less what is not known of the server's clock. A `Date` names a whole second and is as
 * old as a round trip, and the server's clocks may differ by a second among themselves.
 */
export const windowOf = ({ plan: { server } }: Evidence, { call, requests, since }: Story) => {
  const begin = call.doubt === undefined ? requests.find(isLost)?.sentAt : since
  if (begin === undefined) return undefined
  const from = begin - 1000 - 2 * server.latency[1] - 1000 - Math.abs(server.storeAhead) - 5
  // Older for certain is what is older by five seconds; between that and the first request a date tells nothing.
  return { from, olderThan: from - 4000, begin }
}

export type Window = NonNullable<ReturnType<typeof windowOf>>

/** A date of whole minutes may be one that lost its seconds, and then tells nothing of the minute it names. */
const isWhole = (date: number) => (date < 1e11 ? date % 60 : date % 60_000) === 0

/** Whether the call itself got to know when the account was made and what time it was at the server. */
export const datesTell = (requests: ReadonlyArray<Request>, { madeAt, shown }: Stored, window: Window): boolean =>
  (madeAt < window.olderThan || madeAt > window.begin) &&
  typeof shown["createDate"] === "number" &&
  !isWhole(shown["createDate"]) &&
  requests.some(({ received }) => received?._tag === "Status" && received.date !== undefined)
