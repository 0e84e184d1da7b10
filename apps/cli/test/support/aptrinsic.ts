/**
 * Runs the command inside the test process, on arguments, variables, streams and a PX that the test chooses.
 */
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import type * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import { run } from "../../src/Cli.ts"
import { layerDatabase } from "../../src/database.ts"
import { Platform } from "../../src/Platform.ts"
import { layerHttpClient, layerHttpServer, layerServices } from "./runtime.ts"

export interface Ran {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string | Uint8Array
  /** Streams that are terminals. */
  readonly terminals?: ReadonlyArray<"stdin" | "stdout" | "stderr">
  readonly columns?: number
  /** Keys that are pressed: a character, `enter`, `escape`, `ctrl-c` or `ctrl-d`. */
  readonly typed?: ReadonlyArray<string>
  /** Sees what is printed to stdout, bytes as they are. */
  readonly onPrint?: (part: string | Uint8Array) => void
  /** Sees what is drawn on stderr. */
  readonly onDraw?: (text: string) => void
  readonly httpClient?: Layer.Layer<HttpClient.HttpClient>
}

/** A key that no other text contains. */
export const canary = "canary-4f1c8e0a7b52d93e-1f3a"

/** No key, no server, and a network that must not be touched. */
export const offline: Options = {
  env: { APTRINSIC_API_KEY: "", APTRINSIC_BASE_URL: "" },
  httpClient: Layer.effectContext(Effect.die("the network was asked for")),
}

/** An HTTP client that does something before a request leaves. */
export const layerBefore = (before: (request: HttpClientRequest.HttpClientRequest) => Effect.Effect<unknown>) =>
  HttpClient.layerMergedContext(Effect.map(HttpClient.HttpClient, HttpClient.tapRequest(before))).pipe(
    Layer.provide(layerHttpClient()),
  )

/** The same before a POST, the first being 1. */
export const layerBeforePost = (number: number, before: Effect.Effect<unknown>) => {
  let posts = 0
  return layerBefore(({ method }) => (method === "POST" && ++posts === number ? before : Effect.void))
}

/** A PX that accepts the canary. */
export const layerSandbox = (options?: Sandbox.Options) =>
  Sandbox.layer({ apiKeys: [Redacted.make(canary)], ...options }).pipe(
    Layer.provide(layerHttpServer()),
    Layer.provideMerge(layerServices),
    Layer.orDie,
  )

/** A keyboard, unplugged after its last key; like a real one it is at its end once Esc, Ctrl-C or Ctrl-D was pressed. */
const type = (keys: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const queue = yield* Queue.make<Terminal.UserInput, Cause.Done>()
    for (const key of keys) {
      const ctrl = key.startsWith("ctrl-")
      const name = key === "enter" ? "return" : key.replace("ctrl-", "")
      yield* Queue.offer(queue, {
        input: key.length === 1 ? Option.some(key) : Option.none(),
        key: { name, ctrl, meta: false, shift: false },
      })
      if (ctrl || key === "escape") break
    }
    yield* Queue.end(queue)
    return Queue.asDequeue(queue)
  })

export const aptrinsic = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Options = {}) {
  const fs = yield* FileSystem.FileSystem
  const home = yield* fs.makeTempDirectoryScoped()
  const terminal = yield* Terminal.Terminal
  let stdout = ""
  let stderr = ""
  const decoder = new TextDecoder()
  const collect = (write: (text: string) => void) => () =>
    Sink.forEach((chunk: string | Uint8Array) =>
      Effect.sync(() => write(typeof chunk === "string" ? chunk : decoder.decode(chunk))),
    )
  const isTerminal = (name: "stdin" | "stdout" | "stderr") => Effect.succeed(options.terminals?.includes(name) ?? false)
  const bytes = typeof options.stdin === "string" ? new TextEncoder().encode(options.stdin) : options.stdin
  const layer = Layer.mergeAll(
    ConfigProvider.layer(ConfigProvider.fromEnv({ env: { HOME: home, ...options.env } })),
    Layer.succeed(Console.Console, {
      ...globalThis.console,
      log: (...texts: ReadonlyArray<unknown>) => void (stdout += `${texts.join(" ")}\n`),
      error: (...texts: ReadonlyArray<unknown>) => void (stderr += `${texts.join(" ")}\n`),
    }),
    Stdio.layerTest({
      args: Effect.succeed(args),
      stdin: bytes === undefined ? Stream.empty : Stream.make(bytes),
      stdinIsTerminal: isTerminal("stdin"),
      stdoutIsTerminal: isTerminal("stdout"),
      stderrIsTerminal: isTerminal("stderr"),
      stdout: collect((text) => void (stdout += text)),
      stderr: collect((text) => {
        stderr += text
        options.onDraw?.(text)
      }),
    }),
    Layer.succeed(
      Terminal.Terminal,
      Terminal.make({
        ...terminal,
        columns: Effect.succeed(options.columns ?? 80),
        readInput: type(options.typed ?? []),
      }),
    ),
    Layer.succeed(Platform, {
      processId: 1,
      hostName: "host",
      runtime: "Node 24.0.0",
      print: (part) =>
        Effect.sync(() => {
          options.onPrint?.(part)
          stdout += typeof part === "string" ? part : decoder.decode(part)
        }),
      interrupt: Effect.void,
      onAbort: () => Effect.void,
      removeOnAbort: () => Effect.void,
      keepHeapSmall: Effect.void,
      httpClient: Effect.succeed(options.httpClient ?? layerHttpClient()),
      httpServer: Effect.succeed(layerHttpServer),
      database: Effect.succeed(layerDatabase),
    }),
  )
  const exitCode = yield* Effect.provide(run, layer)
  // Every ten seconds an import tells how far it is, on a busy machine a short one too.
  return { exitCode, stdout, stderr: stderr.replaceAll(/^import: \d+\/.*\n/gm, "") } satisfies Ran
}, Effect.scoped)
