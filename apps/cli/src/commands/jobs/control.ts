/** `jobs cancel` and `jobs purge`. */
import type { JobStatus } from "@effect-aptrinsic/jobs/ImportJob"
import * as Effect from "effect/Effect"
import { exitCodes, Failure } from "../../output/Failure.ts"
import { Output } from "../../output/Output.ts"
import { isConfirmed } from "../accounts/Doubts.ts"
import * as words from "../accounts/import/words.ts"
import * as Database from "./database.ts"
import * as Told from "./told.ts"

interface Arguments {
  readonly what: "cancel" | "purge"
  readonly id: string
  readonly database: string | undefined
  readonly yes?: boolean | undefined
}

/** Nothing else tells which accounts may be there: a job with rows in doubt is taken away only once that is confirmed. */
const confirm = Effect.fnUntraced(function* ({ id, yes }: Arguments, { state, totals: { InDoubt: count } }: JobStatus) {
  const isOver = state === "Done" || state === "Halted" || state === "Cancelled"
  if (count === 0 || yes === true || !isOver) return
  const doubt = `${words.plural(count, "row")} of ${id} ${count === 1 ? "is" : "are"} in doubt`
  if (yield* isConfirmed(`${doubt}. Take the job away all the same?`)) return
  return yield* new Failure({
    exitCode: exitCodes.invalid,
    code: "unconfirmed",
    message: `${doubt}, and ${count === 1 ? "its" : "their"} record would be gone. Nothing was taken away.`,
    hints: [
      `'aptrinsic jobs resume ${id}' settles them, 'aptrinsic jobs results ${id} --state in-doubt' shows them.`,
      "--yes takes the job away without asking.",
    ],
  })
})

export const run = Effect.fnUntraced(function* (args: Arguments) {
  const { database, id, what } = args
  const output = yield* Output
  const { jobs } = yield* Effect.flatMap(Database.addressOf(database), Database.open)
  const before = yield* Database.asFailure(jobs.status(id))
  if (what === "purge") yield* confirm(args, before)
  yield* Database.asFailure(jobs[what](id))
  const status = what === "purge" ? before : yield* Database.asFailure(jobs.status(id))
  yield* output.succeed({
    confirmation: true,
    document: { job: Told.document(status) },
    lines:
      what === "purge"
        ? [`${output.paint("green", "✔")} ${id}: its rows and their results are gone. PX keeps its accounts.`]
        : Told.linesOf(status, output.paint),
  })
}, Effect.scoped)
