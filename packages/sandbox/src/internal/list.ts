/**
 * `GET /v1/accounts`: what its query asks for, and the page that answers it. A name without a value is as good as none, which is how the
 * vendor's own console sends them.
 */
import * as Effect from "effect/Effect"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Result from "effect/Result"
import { CurrentExchange } from "./exchange.ts"
import * as filter from "./filter.ts"
import * as ordering from "./ordering.ts"
import * as payload from "./payload.ts"
import * as responses from "./responses.ts"
import type * as scrolls from "./scrolls.ts"

export interface Query {
  readonly filter?: ReadonlyArray<string>
  readonly pageSize?: string
  readonly scrollId?: string
  readonly sort?: string
}

const sizeOf = (text: string): Result.Result<number, string> => {
  const size = Number(text)
  return /^\d+$/u.test(text) && size >= 1 && size <= 1_000
    ? Result.succeed(size)
    : Result.fail("pageSize must be a whole number from 1 to 1000")
}

/** Reads a part of the query, unless it is empty. */
const part = <A>(text: string | undefined, read: (text: string) => Result.Result<A, string>) =>
  text === undefined || text === "" ? Result.succeed(undefined) : read(text)

const parse = (query: Query) =>
  Result.all({
    filter: filter.parse(query.filter ?? []),
    ordering: part(query.sort, ordering.parse),
    size: part(query.pageSize, sizeOf),
    scrollId: part(query.scrollId, Result.succeed),
  })

export const list = Effect.fnUntraced(function* (open: Effect.Success<typeof scrolls.make>, query: Query) {
  const exchange = yield* CurrentExchange
  const refuse = (message: string): HttpServerResponse.HttpServerResponse => {
    exchange.outcome = "invalid"
    return responses.invalid({ message, debugMessage: null, subErrors: null })
  }
  const parsed = parse(query)
  if (Result.isFailure(parsed)) return refuse(parsed.failure)
  const { scrollId, size, ...asked } = parsed.success
  const page = scrollId === undefined ? yield* open.first(asked, size ?? 25) : yield* open.next(scrollId, size)
  if (page === undefined) return refuse("The scrollId is unknown or has expired")
  exchange.outcome = "listed"
  return responses.found({ ...page, accounts: page.accounts.map(payload.toRead) })
})
