/**
 * Time, order and chance of a simulated run: a clock that moves when nothing is left to do, and a scheduler that runs
 * ready fibers in an order drawn from the seed and may suspend one between any two of its steps.
 */
import type { Dice } from "@effect-aptrinsic/core/test/dice"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Random from "effect/Random"
import * as Scheduler from "effect/Scheduler"

interface Timer {
  readonly at: number
  readonly run: () => void
}

export interface Schedule {
  /** Whether ready fibers run in a random order instead of first come, first served. */
  readonly shuffled: boolean
  /** How likely a fiber is suspended after a step. */
  readonly yields: number
}

/** Tasks of one run; a run of a few creates needs some thousand, so more are a live lock. */
const maxTasks = 500_000

/** When every run begins, in epoch milliseconds. */
export const epoch = 1_700_000_000_000

export class World implements Scheduler.Scheduler, Clock.Clock {
  readonly executionMode = "async"
  /** Milliseconds since the run began. */
  now = 0
  /** What the client's wall clock showed when the run began, and by how much somebody has set it since. */
  wallOffset = epoch
  readonly context: Context.Context<never>
  private readonly dice: Dice
  private readonly schedule: Schedule
  private tasks: Array<() => void> = []
  private readonly tripwires = new Map<number, Array<() => void>>()
  private readonly timers: Array<Timer> = []
  private executed = 0

  constructor(dice: Dice, schedule: Schedule) {
    this.dice = dice
    this.schedule = schedule
    this.context = Context.empty().pipe(
      Context.add(Clock.Clock, this),
      Context.add(Scheduler.Scheduler, this),
      Context.add(HttpClient.TracerDisabledWhen, () => true),
      Context.add(Random.Random, {
        nextDoubleUnsafe: dice.next,
        nextIntUnsafe: () => dice.whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      }),
    )
  }

  /** Runs `run` after `delay` milliseconds; returns how to cancel that. */
  after(delay: number, run: () => void): () => void {
    const timer: Timer = { at: this.now + Math.max(0, delay), run }
    let index = this.timers.length
    while (index > 0 && this.timers[index - 1]!.at > timer.at) index--
    this.timers.splice(index, 0, timer)
    return () => {
      const found = this.timers.indexOf(timer)
      if (found >= 0) this.timers.splice(found, 1)
    }
  }

  /** Runs `run` when `tasks` more steps of fibers were taken, in between two of them; if so many ever are. */
  afterTasks(tasks: number, run: () => void): void {
    const at = this.executed + tasks
    this.tripwires.set(at, [...(this.tripwires.get(at) ?? []), run])
  }

  /** Lets time pass until `isDone`; says whether that was reached before everything came to rest. */
  run(isDone: () => boolean): boolean {
    while (true) {
      this.drain()
      if (isDone()) return true
      const timer = this.timers.shift()
      if (timer === undefined) return false
      this.now = timer.at
      timer.run()
    }
  }

  /** Runs an effect that waits for nothing. */
  build<A, E>(effect: Effect.Effect<A, E>): A {
    const fiber = Effect.runForkWith(this.context)(effect)
    this.drain()
    const exit = fiber.pollUnsafe()
    if (exit?._tag !== "Success") throw new Error(`it waits or fails: ${String(exit)}`)
    return exit.value
  }

  private drain(): void {
    while (this.tasks.length > 0) {
      if (++this.executed > maxTasks) throw new Error(`a live lock at ${this.now} ms`)
      const index = this.schedule.shuffled ? this.dice.whole(0, this.tasks.length - 1) : 0
      this.tasks.splice(index, 1)[0]!()
      this.tripwires.get(this.executed)?.forEach((run) => run())
    }
  }

  shouldYield(fiber: { readonly currentOpCount: number }): boolean {
    return fiber.currentOpCount >= 2048 || (this.schedule.yields > 0 && this.dice.chance(this.schedule.yields))
  }
  makeDispatcher(): Scheduler.SchedulerDispatcher {
    return {
      scheduleTask: (task) => void this.tasks.push(task),
      flush: () => this.drain(),
    }
  }

  readonly currentTimeMillis = Effect.sync(() => this.currentTimeMillisUnsafe())
  readonly currentTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe())
  readonly monotonicTimeNanos = Effect.sync(() => this.monotonicTimeNanosUnsafe())
  currentTimeMillisUnsafe(): number {
    return Math.floor(this.wallOffset + this.now)
  }
  currentTimeNanosUnsafe(): bigint {
    return BigInt(Math.floor((this.wallOffset + this.now) * 1000)) * 1000n
  }
  monotonicTimeNanosUnsafe(): bigint {
    return BigInt(Math.round(this.now * 1e6))
  }
  sleep(duration: Duration.Duration): Effect.Effect<void> {
    const millis = Duration.toMillis(duration)
    if (!Number.isFinite(millis)) return Effect.never
    return Effect.callback((resume) => {
      // Timers fire late now and then, never early.
      const late = this.dice.chance(0.2) ? this.dice.between(0, 2) : 0
      const cancel = this.after(millis + late, () => resume(Effect.void))
      return Effect.sync(cancel)
    })
  }
}
