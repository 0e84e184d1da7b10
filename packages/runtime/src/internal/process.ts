/**
 * What Node and Deno share: the services over `node:` modules, which both implement, and the life of the process.
 */
import process from "node:process"
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import * as NodePath from "@effect/platform-node-shared/NodePath"
import * as NodeStdio from "@effect/platform-node-shared/NodeStdio"
import * as NodeTerminal from "@effect/platform-node-shared/NodeTerminal"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { constVoid } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import * as References from "effect/References"
import * as Runtime from "effect/Runtime"
import type { Stdio } from "effect/Stdio"
import type { Terminal } from "effect/Terminal"

/**
 * What `layerServices` provides.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type Services = ChildProcessSpawner.ChildProcessSpawner | FileSystem.FileSystem | Path.Path | Stdio | Terminal

const spawner = Effect.promise(() => import("@effect/platform-node-shared/NodeChildProcessSpawner"))

/** What starts processes is loaded for the first of them: most programs start none. */
const layerSpawner = Layer.effect(
  ChildProcessSpawner.ChildProcessSpawner,
  Effect.gen(function* () {
    const files = Layer.succeed(FileSystem.FileSystem, yield* FileSystem.FileSystem)
    const paths = Layer.succeed(Path.Path, yield* Path.Path)
    return ChildProcessSpawner.make((command) =>
      Effect.flatMap(spawner, ({ layer }) =>
        ChildProcessSpawner.ChildProcessSpawner.use(({ spawn }) => spawn(command)).pipe(
          Effect.provide(Layer.provide(layer, [files, paths])),
        ),
      ),
    )
  }),
)

/**
 * Files, paths, standard streams, terminal, child processes.
 *
 * **Example** (A path)
 *
 * ```ts
 * import { layerServices } from "@effect-aptrinsic/runtime/node" // or /deno
 * import { Effect, Path } from "effect"
 *
 * const program = Effect.map(Path.Path, (path) => path.basename("exports/accounts.csv"))
 *
 * console.log(await Effect.runPromise(Effect.provide(program, layerServices))) // accounts.csv
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerServices: Layer.Layer<Services> = layerSpawner.pipe(
  Layer.provideMerge(Layer.mergeAll(NodeFileSystem.layer, NodePath.layer, NodeStdio.layer, NodeTerminal.layer)),
)

/** 128 + the signal's number, as shells report it. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
type Signal = keyof typeof exitCodes

/**
 * Options of `runMain`.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface RunMainOptions {
  /**
   * Say nothing about a failure: the program prints its own errors.
   *
   * @default false
   */
  readonly disableErrorReporting?: boolean | undefined
  /**
   * Chooses the exit code; a signal still decides its own.
   *
   * @default Runtime.defaultTeardown
   */
  readonly teardown?: Runtime.Teardown | undefined
  /**
   * Called when a second signal ends the process at once, for a last word: whatever is not done when it returns is not done.
   *
   * @default nothing
   */
  readonly onAbort?: (() => void) | undefined
}

/** A terminal that has hung up takes no more words, which must not end a program that is cleaning up. */
const forgetTerminal = () => {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", constVoid)
}

const makeRun = (isHangupIgnored: () => boolean, onAbort: () => void) =>
  Runtime.makeRunMain(({ fiber, teardown }) => {
    let received: Signal | undefined
    const survivesHangup = isHangupIgnored()
    const onSignal = (signal: Signal) => {
      if (signal === "SIGHUP") forgetTerminal()
      // Without a listener the process would end: Node makes an ignored signal a deadly one when it starts, Deno later. And one
      // terminal hangs up twice: its session is told, and again when the leader of the session has ended.
      if (signal === "SIGHUP" && (survivesHangup || received !== undefined)) return
      if (received !== undefined) {
        onAbort()
        process.exit(exitCodes[received])
      }
      received = signal
      fiber.interruptUnsafe(fiber.id)
    }
    const listeners = (Object.keys(exitCodes) as Array<Signal>).map(
      (signal) => [signal, () => onSignal(signal)] as const,
    )
    for (const [signal, listener] of listeners) process.on(signal, listener)
    fiber.addObserver((exit) => {
      for (const [signal, listener] of listeners) process.removeListener(signal, listener)
      teardown(exit, (code) => {
        if (received !== undefined) process.exit(exitCodes[received])
        process.exitCode = code
        // A failed program must not hang on a socket that is still open; a finished one may still be writing its output.
        if (code !== 0) process.exit(code)
      })
    })
  })

const report = (cause: Cause.Cause<unknown>) => (Cause.hasInterruptsOnly(cause) ? Effect.void : Effect.logError(cause))

export type RunMain = <A, E>(effect: Effect.Effect<A, E>, options?: RunMainOptions) => void

export const makeRunMain =
  (isHangupIgnored: () => boolean): RunMain =>
  (effect, options) =>
    makeRun(isHangupIgnored, options?.onAbort ?? constVoid)(
      // The listeners are there before the program starts.
      Effect.andThen(
        Effect.yieldNow,
        options?.disableErrorReporting === true ? effect : Effect.tapCause(effect, report),
      ).pipe(Effect.provideService(References.LogToStderr, true)),
      { disableErrorReporting: true, teardown: options?.teardown },
    )
