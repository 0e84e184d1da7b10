/**
 * The ends that a create can come to, with what is known of each.
 */
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import * as E from "../AccountsError.ts"
import type { Evidence } from "../Outcome.ts"
import type { Call, Effort } from "./call.ts"
import { weigh } from "./evidence.ts"
import { operationMember } from "./reasonOperation.ts"
import type { Found, Resource } from "./request.ts"
import type { ServerClock } from "./serverClock.ts"
import type { CreateSettings } from "./shared/settings.ts"
import { conceal } from "./shared/visibleText.ts"

/** What became of a create that succeeded. */
export interface Created<In> extends Effort {
  /** The account as it was sent. */
  readonly account: In
  /** Whether the answer to the POST was lost and a GET showed that the account had been created. */
  readonly reconciled: boolean
  /** Whether the account was there before and `ifExists` accepted it: this call did not create it. */
  readonly existed: boolean
  /** How that is known. */
  readonly evidence: Evidence
  /** The fields that a lookup showed otherwise than they were sent; empty when there was none, or none differed. */
  readonly differences: ReadonlyArray<E.Difference>
}

/** A request of this or of an earlier call may have created the account. */
export interface Doubt {
  /** When the first such request left, by the monotonic clock; undefined when nobody knows. */
  readonly since: number | undefined
}

type Ending<In> = Effect.Effect<Created<In>, E.AccountsError<E.CreateReason>>

/** How an account that was found differs from what was sent. A server may send the key back in its fields. */
export const differencesOf = <In>(
  { settings: { apiKey } }: Call,
  { differences }: Resource<In>,
  sent: In,
  found: Found,
): ReadonlyArray<E.Difference> => {
  const hidden = (value: unknown) => conceal(value, Redacted.value(apiKey)) as Schema.Json
  return differences(sent, found).map((difference) => ({
    ...difference,
    ...("sent" in difference ? { sent: hidden(difference.sent) } : {}),
    ...("found" in difference ? { found: hidden(difference.found) } : {}),
  }))
}

/** Facts that are known although the outcome is not. */
export interface Uncertain {
  readonly detail?: string | undefined
  readonly differences?: ReadonlyArray<E.Difference> | undefined
  readonly resumeAt?: DateTime.Utc | undefined
}

/** Ends a write whose outcome nobody can tell. */
export const unknownOf = (call: Call, { detail, differences = [], resumeAt }: Uncertain = {}) =>
  call.fail(
    new E.OutcomeUnknown({
      differences,
      ...(detail === undefined ? {} : { detail }),
      ...(resumeAt === undefined ? {} : { resumeAt }),
      ...operationMember(call.operation),
    }),
    "unknown",
  )

export const makeEndings = <In>(
  call: Call,
  input: In,
  resource: Resource<In>,
  clock: ServerClock,
  ifExists: CreateSettings["ifExists"],
) => {
  const succeed = (
    evidence: Evidence,
    how: Partial<Pick<Created<In>, "reconciled" | "existed" | "differences">> = {},
  ): Created<In> => ({
    account: input,
    reconciled: false,
    existed: false,
    evidence,
    differences: [],
    ...how,
    ...call.effort(),
  })

  /** The account exists and this call did not create it. */
  const exists = (found: Found, detail: string, evidence: Evidence): Ending<In> => {
    const differences = differencesOf(call, resource, input, found)
    const existing = differences.some(({ kind }) => kind === "value") ? "different" : "same"
    if (ifExists === "accept" || (ifExists === "accept-same" && existing === "same")) {
      return Effect.succeed(succeed(evidence, { existed: true, differences }))
    }
    return Effect.fail(call.fail(new E.PossibleDuplicate({ existing, differences, detail })))
  }

  /** An account is there after the answer to a request that may have created it was lost. */
  const found = (account: Found, { since }: Doubt, detail = ""): Ending<In> => {
    const differences = differencesOf(call, resource, input, account)
    const owner = weigh({
      wasAbsent: call.wasAbsent,
      lostSince: since,
      foundAt: call.now(),
      createdAt: resource.createdAt(account),
      holdsTheSame: differences.every(({ kind }) => kind === "form"),
      clock,
    })
    if (owner._tag === "Ours") return Effect.succeed(succeed(owner.evidence, { reconciled: true, differences }))
    return owner._tag === "Older" ? exists(account, detail, "presence") : Effect.fail(unknownOf(call, { differences }))
  }

  return { succeed, exists, found }
}

export type Endings<In> = ReturnType<typeof makeEndings<In>>
