/** `jobs resume`: continues a job that is over. */
import * as Effect from "effect/Effect"
import { Output } from "../../output/Output.ts"
import * as Database from "./database.ts"
import * as Told from "./told.ts"
import { checkWait, isSeenThrough, seeThrough } from "./work.ts"

interface Arguments {
  readonly id: string
  readonly database: string | undefined
  readonly detach: boolean
  readonly wait: boolean
  readonly progress: "json" | undefined
}

export const run = Effect.fnUntraced(function* (args: Arguments) {
  const { database, id, progress } = args
  const output = yield* Output
  yield* checkWait(args)
  const address = yield* Database.addressOf(database)
  const { context, jobs } = yield* Database.open(address)
  yield* Database.asFailure(jobs.resume(id))
  if (isSeenThrough(args, address)) {
    return yield* seeThrough(jobs, id, {
      database: "file" in address ? context : undefined,
      progress,
      existFails: false,
    })
  }
  const status = yield* Database.asFailure(jobs.status(id))
  yield* output.succeed({
    confirmation: true,
    document: { job: Told.document(status) },
    lines: Told.linesOf(status, output.paint),
  })
}, Effect.scoped)
