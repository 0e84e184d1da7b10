/**
 * Makes the reason of an error from an answer, by the name that the table of its kind of request gives it.
 */
import * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"
import * as E from "../AccountsError.ts"
import type { AnswerReason } from "../Outcome.ts"
import { defaultPause } from "./admission.ts"
import { type Answer, explain, type Explanation, isReply } from "./answer.ts"
import type { Call } from "./call.ts"
import { operationMember } from "./reasonOperation.ts"
import { hide } from "./shared/visibleText.ts"

interface Facts extends Explanation {
  /** 0 without an HTTP status. */
  readonly status: number
  readonly fault: E.Unreachable["fault"]
  readonly resumeAt: DateTime.Utc | undefined
  readonly now: number
  readonly spoken: ReturnType<typeof operationMember>
}

export type ReasonOf<Tag extends AnswerReason> = Extract<E.AccountsErrorReason, { readonly _tag: Tag }>

const reasons: { readonly [Tag in AnswerReason]: (facts: Facts) => ReasonOf<Tag> } = {
  BadRequest: ({ detail, issues, spoken }) => new E.BadRequest({ detail, issues, ...spoken }),
  Unauthorized: () => new E.Unauthorized(),
  Forbidden: ({ detail }) => new E.Forbidden({ detail }),
  RateLimited: ({ detail, now, resumeAt }) =>
    new E.RateLimited({
      resumeAt: resumeAt ?? DateTime.makeUnsafe(now + defaultPause),
      ...(detail === "" ? {} : { detail }),
    }),
  RequestRefused: ({ detail, status }) => new E.RequestRefused({ status, detail }),
  Redirected: ({ status }) => new E.Redirected({ status }),
  Unreachable: ({ detail, fault }) => new E.Unreachable({ fault, detail }),
  Unavailable: ({ detail, resumeAt, status }) => {
    const what = status === 0 ? detail : detail === "" ? `status ${status}` : `status ${status}: ${detail}`
    return new E.Unavailable({ detail: what, ...(resumeAt === undefined ? {} : { resumeAt }) })
  },
  AccountNotFound: () => new E.AccountNotFound(),
}

/** When the server allows the next request, if it named a time. */
export const resumeAtOf = (answer: Answer): DateTime.Utc | undefined =>
  isReply(answer) && answer.retryAfter !== undefined
    ? DateTime.makeUnsafe(Math.ceil(answer.receivedAt + answer.retryAfter))
    : undefined

const factsOf = (answer: Answer, call: Call): Facts => {
  const common = { resumeAt: resumeAtOf(answer), now: call.date(), spoken: operationMember(call.operation) }
  const secret = Redacted.value(call.settings.apiKey)
  return isReply(answer)
    ? { ...common, ...explain(answer, secret), status: answer.status, fault: "lost" }
    : { ...common, ...answer, detail: hide(answer.detail, secret), status: 0, issues: [] }
}

export const reasonOf = <Tag extends AnswerReason>(reason: Tag, answer: Answer, call: Call): ReasonOf<Tag> =>
  reasons[reason](factsOf(answer, call))
