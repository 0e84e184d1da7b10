/**
 * A job in an SQLite file and two processes that work on it, a command and a program: `npm run proof:jobs -- --embedded`. One of them works at a time. The
 * command is killed, and started again; the program, which took over, is frozen until the command has taken over, and wakes up. Every row has to come to one
 * outcome, as on Postgres.
 */
import { join } from "node:path"
import process from "node:process"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { aptrinsic, environment, start } from "../command.ts"
import { makeFile, resultsOf } from "./input.ts"
import { judge } from "./judge.ts"

const program = fileURLToPath(new URL("program.ts", import.meta.url))

/** SQLITE_BUSY. */
const busy = 5

/** Whether another process may write to the file. */
const mayWrite = (file: string) =>
  Effect.sync(() => {
    const database = new DatabaseSync(file, { timeout: 1000 })
    try {
      database.exec("begin immediate; rollback")
      return true
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== busy) throw error
      return false
    } finally {
      database.close()
    }
  })

/** Stops a process where it holds no lock of the file: one that sleeps as it writes holds up the others until it wakes, as a test of jobs shows. */
const freeze = ({ signal }: Effect.Success<ReturnType<typeof start>>, file: string) =>
  Effect.repeat(
    Effect.gen(function* () {
      yield* signal("SIGSTOP")
      const isFree = yield* mayWrite(file)
      // Stopped again at once, it would not come to let go of the lock.
      if (!isFree) yield* Effect.andThen(signal("SIGCONT"), Effect.sleep("10 millis"))
      return isFree
    }),
    { until: (isFree) => isFree },
  )

/** Who works, and how many chunks were claimed more than once. */
const claims = (file: string) =>
  Effect.sync(() => {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
    const again = "(select count(*) from aptrinsic_claims where fence > 1) as again"
    const found = database.prepare(`select (select holder from aptrinsic_workers) as holder, ${again}`).get()
    database.close()
    return found as { readonly holder: string; readonly again: number }
  })

const run = Effect.fnUntraced(function* (rows: number, rate: number) {
  const { directory, file, ids } = yield* makeFile(rows)
  const sandbox = yield* Sandbox.Sandbox
  const env = { ...(yield* environment(directory)), XDG_DATA_HOME: directory }
  const database = join(directory, "aptrinsic", "jobs.db")
  const submit = ["jobs", "submit", file, "--id", "proof", "--rate", String(rate), "--json"]
  const startCommand = start(aptrinsic(submit), env)
  const startProgram = start([process.execPath, program, database], env)
  const held = Effect.orDie(sandbox.store.count)
  const reach = (part: number) =>
    Effect.repeat(Effect.delay(held, "20 millis"), { until: (count) => count >= rows * part })

  /** Seconds until rows come in again. */
  const silence = Effect.gen(function* () {
    const [began, before] = [yield* Clock.currentTimeMillis, yield* held]
    yield* Effect.repeat(Effect.delay(held, "20 millis"), { until: (count) => count > before + rate / 10 })
    return `${(((yield* Clock.currentTimeMillis) - began) / 1000).toFixed(1)} s`
  })

  const began = yield* Clock.currentTimeMillis
  const command = yield* startCommand
  yield* reach(0.1)
  const alone = yield* claims(database)
  const standsBy = yield* startProgram
  yield* reach(0.25)
  const together = yield* claims(database)
  // One that the machine held up for longer than its lease was taken over, which is right.
  const claimedTwice = together.holder === alone.holder ? together.again - alone.again : 0
  yield* command.signal("SIGKILL")
  yield* command.ended
  const afterKill = yield* silence
  const again = yield* startCommand
  yield* reach(0.6)
  yield* freeze(standsBy, database)
  const afterFreeze = yield* silence
  const woken = [yield* Clock.currentTimeMillis]
  yield* standsBy.signal("SIGCONT")
  const { exitCode, stderr, stdout } = yield* again.ended
  const seconds = Math.round(((yield* Clock.currentTimeMillis) - began) / 1000)
  const verdict = yield* judge({ ids, results: yield* resultsOf(env, "proof"), woken })
  yield* Console.log(
    `${rows} rows in an SQLite file, a command and a program, one killed and one frozen: ${seconds} s. The other one went on after ${afterKill} when the first was killed, after ${afterFreeze} when it froze. ${verdict.settled} rows in doubt were found, ${verdict.again} were sent again after a lookup; ${verdict.late} requests of the frozen one came late.`,
  )
  return [
    ...verdict.problems,
    ...(claimedTwice === 0 ? [] : [`both worked at once: ${claimedTwice} chunks were claimed twice`]),
    ...(exitCode === 0 ? [] : [`the command ended with ${exitCode}: ${stdout}${stderr}`]),
  ]
})

export const proof = (rows: number, rate: number) =>
  run(rows, rate).pipe(
    Effect.scoped,
    Effect.provide(
      Sandbox.layer({
        limits: { perSecond: { requests: rate }, perDay: null },
        latency: "30 millis",
        logCapacity: rows * 4,
      }).pipe(Layer.provide(layerHttpServer())),
    ),
  )
