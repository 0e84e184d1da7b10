/**
 * An update: PUT merges what is sent into the account, so that it may be sent again whatever became of the last one. After a lost answer one
 * look at the account tells whether that is needed.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AccountPart, NewAccount } from "../Account.ts"
import * as E from "../AccountsError.ts"
import type { WriteOptions } from "../Options.ts"
import { type Evidence, operations } from "../Outcome.ts"
import { accounts } from "./accounts.ts"
import { type Effort, makeCall } from "./call.ts"
import { differencesOf, type Uncertain, unknownOf } from "./endings.ts"
import type { Exchange } from "./exchange.ts"
import { failureOf } from "./failure.ts"
import { intake } from "./intake.ts"
import { type Line, reporting } from "./line.ts"
import { resumeAtOf } from "./reason.ts"
import { operationMember } from "./reasonOperation.ts"
import { settleAfter } from "./settle.ts"
import { treeOf } from "./shape.ts"
import { forWrite, type WriteSettings } from "./shared/settings.ts"
import { write } from "./write.ts"

/** What became of an update that succeeded. */
export interface Updated extends Effort {
  readonly id: string
  /** The changes as they were sent. */
  readonly changes: AccountPart
  /** Whether the answer to a PUT was lost and a GET showed that the account holds the changes. */
  readonly reconciled: boolean
  /** How that is known. */
  readonly evidence: Evidence
  /** The fields that a lookup showed in another form than they were sent. */
  readonly differences: ReadonlyArray<E.Difference>
}

type Failure = E.AccountsError<E.UpdateReason>

const { update } = operations
const parts = treeOf(AccountPart)
const named = treeOf(Schema.Struct({ id: NewAccount.fields.id }))

/** The changes as they are sent; the input is read once. */
const take = (id: string, changes: object): Effect.Effect<AccountPart, Failure> => {
  const { copy, issues: found } = intake(parts, changes)
  const { id: other = id, ...rest } = copy
  const issues = [...intake(named, { id }).issues, ...found]
  if (other !== id) issues.push({ path: "id", code: "invalid", message: "cannot be changed" })
  if (Object.keys(rest).length === 0 && found.length === 0) {
    issues.push({ path: "", code: "empty", message: "must hold a field to change" })
  }
  return issues.length === 0
    ? Effect.succeed(rest)
    : Effect.fail(failureOf(update, new E.InvalidAccount({ issues, ...operationMember(update) }), { accountId: id }))
}

/** Ids that servers refuse in a path, or take apart, however they are escaped; and the path of the API's own. */
const unfit = /[/\\%;\p{Cc}]|^(\.{1,2}|update)$/u

const run = Effect.fnUntraced(function* (
  exchange: Exchange,
  id: string,
  changes: AccountPart,
  { mayLeave, settings }: WriteSettings,
): Effect.fn.Return<Updated, Failure> {
  const body = { id, ...changes }
  const path = `${accounts.path}/${unfit.test(id) ? "update" : encodeURIComponent(id)}`
  const call = yield* makeCall(update, id, settings, mayLeave)
  /** The facts since the answer to a PUT was lost; undefined while none was. */
  let doubt: Uncertain | undefined
  const succeed = (evidence: Evidence, differences: Updated["differences"] = []): Updated => ({
    id,
    changes,
    reconciled: doubt !== undefined && evidence !== "answer",
    evidence,
    differences,
    ...call.effort(),
  })
  return yield* write(
    call,
    exchange,
    update,
    { path, body },
    {
      fail: (reason, outcome): Failure => {
        if (doubt === undefined) return call.fail(reason, outcome)
        return reason._tag === "Unavailable" ? unknownOf(call, doubt) : call.fail(reason, "unknown")
      },
      succeed: () => Effect.succeed(succeed("answer")),
      settle: Effect.fnUntraced(function* (answer, row) {
        const seen = yield* settleAfter(exchange, call, accounts, answer, row, true)
        // A PUT would ask the caller again, who has taken the update back.
        if (seen._tag === "Unsettled" && seen.refusal?._tag === "Withdrawn") {
          return yield* call.fail(seen.refusal, "unknown")
        }
        const differences = seen._tag === "Found" ? differencesOf(call, accounts, body, seen.found) : []
        doubt = { differences, resumeAt: resumeAtOf(answer) }
        const isDone = seen._tag === "Found" && differences.every(({ kind }) => kind === "form")
        return isDone ? succeed("equality", differences) : undefined
      }),
    },
  )
})

export const makeUpdateAccount = ({ exchange, settings }: Line) => {
  const tell = reporting(update)
  return Effect.fnUntraced(
    function* (id: string, changes: object, options: WriteOptions = {}): Effect.fn.Return<Updated, Failure> {
      const taken = take(id, changes)
      const writeSettings = yield* Effect.fromResult(forWrite(update, settings, options, () => [{}, {}]))
      return yield* run(exchange, id, yield* taken, writeSettings)
    },
    (effect, id) => tell(id, effect),
  )
}
