/**
 * Answers that refuse for good, as reasons of an `AccountsError`.
 */
import * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"
import * as E from "../AccountsError.ts"
import { defaultPause } from "./admission.ts"
import { type Answer, explain, isReply } from "./answer.ts"
import type { Call } from "./call.ts"

export const reasonOf = (answer: Answer, call: Call): E.AccountsErrorReason => {
  if (!isReply(answer)) {
    return answer.fault === "lost"
      ? new E.Unavailable({ detail: answer.detail })
      : new E.Unreachable({ fault: answer.fault, detail: answer.detail })
  }
  const { status, retryAfter } = answer
  const { detail } = explain(answer, Redacted.value(call.settings.apiKey))
  if (status === 401) return new E.Unauthorized()
  if (status === 403) return new E.Forbidden({ detail })
  if (status === 429) {
    return new E.RateLimited({ resumeAt: DateTime.makeUnsafe(call.date() + (retryAfter ?? defaultPause)) })
  }
  if (status >= 300 && status < 400) return new E.Redirected({ status })
  if (status >= 400 && status < 500 && status !== 408 && status !== 409 && status !== 425) {
    return new E.RequestRefused({ status, detail })
  }
  return new E.Unavailable({ detail: detail === "" ? `status ${status}` : `status ${status}: ${detail}` })
}
