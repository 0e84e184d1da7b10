/**
 * What PX was asked more than once.
 */
import type { LoggedRequest } from "@effect-aptrinsic/sandbox/RequestLog"

/** The ids of accounts for which more than one POST came. */
export const repeats = (requests: ReadonlyArray<LoggedRequest>): ReadonlyArray<string> => {
  const posts = Map.groupBy(
    requests.filter(({ method }) => method === "POST"),
    ({ accountId }) => accountId,
  )
  return [...posts].filter(([, attempts]) => attempts.length > 1).map(([id]) => String(id))
}
