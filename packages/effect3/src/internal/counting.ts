/**
 * Counts a request when it is answered, and a create when it ends.
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import type { Created } from "../Account.ts"
import type { AccountsError, CreateReason } from "../AccountsError.ts"
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

const endOf = (exit: Exit.Exit<Created, AccountsError<CreateReason>>) => {
  if (Exit.isSuccess(exit)) return { outcome: exit.value.existed ? "not created" : "created", reason: "none" }
  const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
  // An interrupted call leaves a request behind whose answer nobody has seen, as far as it can know.
  return { outcome: error?.outcome ?? "unknown", reason: error?.reason._tag ?? "interrupted" }
}

export const countCreate = (exit: Exit.Exit<Created, AccountsError<CreateReason>>): Effect.Effect<void> => {
  const { outcome, reason } = endOf(exit)
  const counted = Metric.tagged(AccountsMetrics.creates, "outcome", outcome)
  return Metric.increment(Metric.tagged(counted, "reason", reason))
}
