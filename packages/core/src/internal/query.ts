/**
 * A read of what is not one account: one GET, again within the bounds as long as the answer says nothing.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type AccountsError, type QueryReason, Unavailable } from "../AccountsError.ts"
import type { ReadOperation } from "../Outcome.ts"
import { isReply, kindOf, parseJson } from "./answer.ts"
import { makeCall } from "./call.ts"
import { type Line, reporting } from "./line.ts"
import { type Unheard, unheard } from "./lookup.ts"
import { ask, isWithdrawn } from "./read.ts"

/** A question, and how its answer is read. */
export interface Query<A> {
  /** The call that asks. */
  readonly operation: ReadOperation
  /** From the root of the server, with what it asks for: `/v1/accounts?pageSize=1000`. */
  readonly path: string
  /** Reads the body of a 200 as JSON; fails with what is wrong with it, and is asked again then. */
  readonly decode: (body: unknown) => Result.Result<A, string>
}

/** An answer that could be read. */
export interface Answered<A> {
  readonly value: A
  /** Whether an answer before it was lost, so that the server may have moved on. */
  readonly wasLost: boolean
}

export type Ask = <A>(query: Query<A>) => Effect.Effect<Answered<A>, AccountsError<QueryReason>>

/** A thousand accounts with attributes of many kilobytes each. */
const maxAnswer = 64 * 1024 * 1024

export const makeAsk =
  ({ exchange, settings }: Line): Ask =>
  <A>({ decode, operation, path }: Query<A>) => {
    const run = Effect.gen(function* () {
      const call = yield* makeCall(operation, "", settings)
      let wasLost = false
      const once = Effect.map(
        exchange(call, { operation, path, maxAnswer }),
        (answer): Result.Result<A, Unheard<QueryReason>> => {
          const row = operation.classify(kindOf(answer))
          const read = row.next === "succeed" && isReply(answer) ? decode(parseJson(answer.body)) : undefined
          if (read !== undefined && Result.isSuccess(read)) return Result.succeed(read.success)
          wasLost ||= row.reason === "Unavailable"
          if (read === undefined) return Result.fail(unheard(answer, call, row))
          const reason = new Unavailable({ detail: `status 200 ${read.failure}` })
          return Result.fail({ _tag: "Unanswered", answer, reason })
        },
      )
      const value = yield* ask(call, once).pipe(
        Effect.catchIf(isWithdrawn, Effect.die),
        Effect.mapError((reason) => call.fail(reason)),
      )
      return { value, wasLost }
    })
    return reporting(operation)(undefined, run)
  }
