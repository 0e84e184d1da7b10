/** `jobs cancel` and `jobs purge`. */
import * as Effect from "effect/Effect"
import { Output } from "../../output/Output.ts"
import * as Database from "./database.ts"
import * as Told from "./told.ts"

interface Arguments {
  readonly what: "cancel" | "purge"
  readonly id: string
  readonly database: string | undefined
}

export const run = Effect.fnUntraced(function* ({ database, id, what }: Arguments) {
  const output = yield* Output
  const { jobs } = yield* Effect.flatMap(Database.addressOf(database), Database.open)
  const before = yield* Database.asFailure(jobs.status(id))
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
