/** Processes that count the day of one key on a disk in memory. */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as QuotaStore from "../../src/QuotaStore.ts"
import { type Disk, Process } from "./disk.ts"

export const minute = 60_000
export const day = 24 * 60 * minute
export const directory = "/state/aptrinsic"
const name = QuotaStore.fingerprint(Redacted.make("key"))
export const file = (number = 1) => `${directory}/quota-${name}.${number}.ndjson`

export const warnings = () => {
  const said: Array<string> = []
  return { said, layer: Logger.layer([Logger.make((entry) => void said.push(String(entry.message)))]) }
}

/** A process that counts on the disk until `end` closes it, to which one that is killed does not come. */
export const start = Effect.fnUntraced(function* (disk: Disk, process = new Process()) {
  const scope = yield* Scope.make()
  const context = yield* QuotaStore.layerFile({ directory }).pipe(
    Layer.provide(disk.mount(process)),
    Layer.buildWithScope(scope),
  )
  const store = Context.get(context, QuotaStore.QuotaStore)
  return {
    process,
    take: (limit: number, now = 0) =>
      Effect.map(store.take(Redacted.make("key"), limit, DateTime.makeUnsafe(now)), (refused) => refused === undefined),
    refused: (limit: number, now = 0) => store.take(Redacted.make("key"), limit, DateTime.makeUnsafe(now)),
    /** Takes until it is refused. */
    takeAll: (limit: number, most: number, now = 0, step = 0) =>
      Effect.gen(function* () {
        for (let taken = 0; taken < most; taken++) {
          const at = DateTime.makeUnsafe(now + taken * step)
          if ((yield* store.take(Redacted.make("key"), limit, at)) !== undefined) return taken
        }
        return most
      }),
    giveBack: (now = 0) => store.giveBack(Redacted.make("key"), DateTime.makeUnsafe(now)),
    used: (now = 0) => store.used(Redacted.make("key"), DateTime.makeUnsafe(now)),
    end: (now = 0) => Effect.andThen(TestClock.setTime(now), Scope.close(scope, Exit.void)),
  }
})

/** What a process that comes later finds. */
export const counted = (disk: Disk, now = 0) =>
  Effect.flatMap(start(disk), (later) => Effect.tap(later.used(now), () => later.end(now)))

export const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((total, number) => total + number, 0)
