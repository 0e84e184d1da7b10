/** What a dry run of an import that updates says of its plan: where a key is there, PX is asked what it holds. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as ApiKey from "../../../config/ApiKey.ts"
import * as Connection from "../../../Connection.ts"
import * as AccountsFailure from "../../../output/AccountsFailure.ts"
import { usage } from "../../../output/Failure.ts"
import { Output } from "../../../output/Output.ts"
import { type Foreseen, inSeconds } from "./checked.ts"
import * as failures from "./failures.ts"
import type { Job } from "./Job.ts"
import * as planned from "./planned.ts"

/** Fails where the limits would refuse the plan, as the import would. */
const foresee = Effect.fnUntraced(function* (job: Job, connection: Connection.Connection) {
  const output = yield* Output
  const { found } = yield* planned.find(job, connection)
  const lines = [`  ${planned.comparedLine("It was", found)}`, ...planned.linesOf(job, found)]
  yield* planned
    .withinLimits(job, found)
    .pipe(Effect.tapError(() => Effect.forEach(lines, output.note, { discard: true })))
  const { dailyQuota } = job.args
  const estimate = { ...inSeconds(planned.estimateOf(found, job.args)), dailyQuota }
  const { requests } = found
  return { document: { estimate, requests, ...planned.documentOf(found) }, lines } satisfies Foreseen
})

const unknown = (why: string): Foreseen => ({ document: { estimate: null }, lines: [`  ${why}`] })

/** Nothing of an import that updates nothing. Without a key, and where PX does not say what it holds, why it is not known. */
export const foreseen = Effect.fnUntraced(function* (job: Job) {
  const { label, settings, updates } = job
  if (updates === undefined) return undefined
  const apiKey = yield* ApiKey.find(settings)
  if (Option.isNone(apiKey)) {
    return unknown("With an API key a dry run also asks PX, and shows what would be created and changed.")
  }
  const connection = { settings, apiKey: apiKey.value }
  return yield* Connection.call(connection, foresee(job, connection)).pipe(
    Effect.catchTags({
      AccountsError: (error) =>
        Effect.succeed(unknown(`It was not compared with PX. ${AccountsFailure.make(error, connection).message}`)),
      JournalError: (error) => Effect.fail(failures.ofJournal(error)),
      PlanError: ({ hint, message }) => Effect.fail(usage(message, hint)),
      SourceError: (error) => Effect.fail(failures.ofSource(label)(error)),
    }),
  )
})
