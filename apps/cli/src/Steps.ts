/** Each request, answer and wait of a call as a line of the log: what `--log-level debug` shows. */
import type { AccountsEvent } from "@effect-aptrinsic/core/AccountsEvent"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Effect from "effect/Effect"

const describe = (event: AccountsEvent): string => {
  switch (event._tag) {
    case "Sending":
      return `${event.request} sent${event.waited > 0 ? ` after ${event.waited} ms of waiting` : ""}`
    case "Answered":
      return `${event.request} answered ${visible(event.answer)} in ${event.took} ms${event.outcome === undefined ? "" : `: ${event.outcome}`}`
    case "Pausing":
      return `every request waits ${event.delay} ms (rate limit)`
    case "Retrying":
      return `${event.request} again in ${event.delay} ms`
    case "Settling":
      return `the outcome is not known; looking the account up in ${event.delay} ms`
  }
}

export const log = (event: AccountsEvent): Effect.Effect<void> => Effect.logDebug(describe(event))
