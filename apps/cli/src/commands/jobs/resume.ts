/** `jobs resume`: continues a job that is over. */
import * as Effect from "effect/Effect"
import { Output } from "../../output/Output.ts"
import * as Database from "./database.ts"
import * as Told from "./told.ts"
import { seeThrough } from "./work.ts"

interface Arguments {
  readonly id: string
  readonly database: string | undefined
  readonly detach: boolean
  readonly wait: boolean
  readonly progress: "json" | undefined
}

export const run = Effect.fnUntraced(function* ({ database, detach, id, progress, wait }: Arguments) {
  const output = yield* Output
  const address = yield* Database.addressOf(database)
  const { context, jobs } = yield* Database.open(address)
  yield* Database.asFailure(jobs.resume(id))
  const isHere = "file" in address
  if (!detach && (isHere || wait)) {
    return yield* seeThrough(jobs, id, { database: isHere ? context : undefined, progress, existFails: false })
  }
  const status = yield* Database.asFailure(jobs.status(id))
  yield* output.succeed({
    confirmation: true,
    document: { job: Told.document(status) },
    lines: Told.linesOf(status, output.paint),
  })
}, Effect.scoped)
