/**
 * How a computation crosses from one Effect to the other: its value, its failure, its defect, and an interruption, which either side waits for.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import * as Cause4 from "effect4/Cause"
import type * as Context4 from "effect4/Context"
import * as Effect4 from "effect4/Effect"
import * as Exit4 from "effect4/Exit"
import * as Option4 from "effect4/Option"

/** An end of Effect 4 as one of Effect 3. */
export const exitDown = <A, E>(exit: Exit4.Exit<A, E>): Exit.Exit<A, E> => {
  if (Exit4.isSuccess(exit)) return Exit.succeed(exit.value)
  const error = Exit4.findErrorOption(exit)
  if (Option4.isSome(error)) return Exit.fail(error.value)
  return Cause4.hasInterruptsOnly(exit.cause) ? Exit.interrupt(FiberId.none) : Exit.die(Cause4.squash(exit.cause))
}

const exitUp = <A, E>(exit: Exit.Exit<A, E>): Effect4.Effect<A, E> => {
  if (Exit.isSuccess(exit)) return Effect4.succeed(exit.value)
  const error = Cause.failureOption(exit.cause)
  if (Option.isSome(error)) return Effect4.fail(error.value)
  return Cause.isInterruptedOnly(exit.cause) ? Effect4.interrupt : Effect4.die(Cause.squash(exit.cause))
}

/**
 * Runs an effect of Effect 3 within one of Effect 4. Core bounds what it waits for, also where its caller may not be interrupted, whose flags
 * the runtime has.
 */
export const up = <A, E>(runtime: Runtime.Runtime<never>, effect: Effect.Effect<A, E>): Effect4.Effect<A, E> =>
  Effect4.callback<A, E>((resume) => {
    const fiber = Runtime.runFork(runtime)(Effect.interruptible(effect))
    fiber.addObserver((exit) => resume(exitUp(exit)))
    return Effect4.callback<void>((done) => {
      Runtime.runFork(runtime)(Fiber.interrupt(fiber)).addObserver(() => done(Effect4.void))
    })
  })

/** Runs an effect of Effect 4 within one of Effect 3, with the services it is given. */
export const down = <A, E>(services: Context4.Context<never>, effect: Effect4.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.async<A, E>((resume) => {
    const fiber = Effect4.runForkWith(services)(effect)
    fiber.addObserver((exit) => resume(exitDown(exit)))
    return Effect.async<void>((done) => {
      fiber.addObserver(() => done(Effect.void))
      fiber.interruptUnsafe()
    })
  })
