/**
 * The time in which an account has to have been made for its date to make it the call's own, as wide as the promises allow.
 */
import { type Evidence, isLost, type Story } from "./story.ts"

/**
 * From when on: the first POST whose answer was lost, less what is not known of the server's clock. A `Date` names a whole second and is as
 * old as a round trip, and the server's clocks may differ by a second among themselves.
 */
export const windowOf = ({ plan: { server } }: Evidence, { call, requests, since }: Story) => {
  const begin = call.doubt === undefined ? requests.find(isLost)?.sentAt : since
  if (begin === undefined) return undefined
  return { from: begin - 1000 - 2 * server.latency[1] - 1000 - Math.abs(server.storeAhead) - 5 }
}

/** Whether the call itself got to know when the account was made and what time it was at the server. */
export const datesTell = ({ plan: { server } }: Evidence, { requests }: Story): boolean =>
  server.createDates !== "absent" &&
  server.createDates !== "zero" &&
  requests.some(({ received }) => received?._tag === "Status" && received.date !== undefined)
