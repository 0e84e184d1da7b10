/**
 * What PX was asked more than once.
 */
import type { LoggedRequest } from "@effect-aptrinsic/sandbox/RequestLog"

/** The ids of accounts for which more than one POST came; one that was given up before its body was read names no account, and made none. */
export const repeats = (requests: ReadonlyArray<LoggedRequest>): ReadonlyArray<string> => {
  const posts = Map.groupBy(
    requests.filter(({ accountId, method }) => method === "POST" && accountId !== null),
    ({ accountId }) => String(accountId),
  )
  return [...posts].filter(([, attempts]) => attempts.length > 1).map(([id]) => id)
}
