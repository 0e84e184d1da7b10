/**
 * Counts a request when it is answered, and a create when it ends.
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import type { AccountsError } from "../AccountsError.ts"
import type { AccountsEvent } from "../AccountsEvent.ts"
import * as AccountsMetrics from "../AccountsMetrics.ts"

/** An answer begins with its status, or with the fault of the transport and a colon. */
const kindOf = (answer: string) => answer.split(":", 1)[0] ?? answer

export const countRequest = (event: AccountsEvent): Effect.Effect<void> => {
  if (event._tag !== "Answered") return Effect.void
  const sent = Metric.tagged(AccountsMetrics.requests, "http.request.method", event.request)
  const counted = Metric.tagged(sent, "http.response.status_code", kindOf(event.answer))
  return Effect.zipRight(
    Metric.increment(counted),
    Metric.update(AccountsMetrics.requestDuration, Duration.toSeconds(event.took)),
  )
}

const countEnd = (isUpdate: boolean, outcome: string, reason: string): Effect.Effect<void> => {
  const counted = Metric.tagged(isUpdate ? AccountsMetrics.updates : AccountsMetrics.creates, "outcome", outcome)
  return Metric.increment(Metric.tagged(counted, "reason", reason))
}

/** Counts a write when it ends; `outcomeOf` tells what a success came to, and of an upsert which of both it was. */
export const countWrite =
  <A>(operation: "create" | "update", outcomeOf: (value: A) => string) =>
  <E extends AccountsError>(exit: Exit.Exit<A, E>): Effect.Effect<void> => {
    if (Exit.isSuccess(exit)) {
      const outcome = outcomeOf(exit.value)
      if (outcome === "unchanged") return Effect.void
      return countEnd(operation === "update" || outcome === "updated", outcome, "none")
    }
    const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
    const isUpdate = (error?.operation ?? operation) === "update"
    // An interrupted call leaves a request behind whose answer nobody has seen, as far as it can know.
    return countEnd(isUpdate, error?.outcome ?? "unknown", error?.reason._tag ?? "interrupted")
  }
