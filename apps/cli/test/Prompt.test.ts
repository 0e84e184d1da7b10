import { assert, layer } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import { aptrinsic, canary, type Options } from "./support/aptrinsic.ts"
import { layerServices } from "./support/runtime.ts"

/** What a run on a terminal sent to PX, which has no accounts. */
const onTerminal = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Options) {
  const keys: Array<string | undefined> = []
  const httpClient = Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) =>
      Effect.sync(() => {
        keys.push(request.headers["x-aptrinsic-api-key"])
        return HttpClientResponse.fromWeb(request, new Response("{}", { status: 404 }))
      }),
    ),
  )
  const ran = yield* aptrinsic(["accounts", "get", "a", ...args], {
    terminals: ["stdin", "stderr"],
    httpClient,
    ...options,
    env: { NO_COLOR: "1", ...options.env },
  })
  return { ...ran, keys }
})

const withoutKey = "✖ There is no API key."

layer(layerServices, { excludeTestServices: true })("the prompt for the key", (it) => {
  it.effect("asks on stderr and uses what is typed without showing it", () =>
    Effect.gen(function* () {
      const { exitCode, stdout, stderr, keys } = yield* onTerminal([], { typed: [...canary, "enter"] })
      assert.deepEqual(keys, [canary])
      assert.deepEqual([exitCode, stdout], [5, ""])
      assert.include(stderr, "API key (not shown)")
      assert.notInclude(stderr, canary)
      assert.notInclude(stderr, canary.slice(0, 6))
    }),
  )

  it.effect("interrupts the program on Ctrl-C", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(onTerminal([], { typed: ["a", "ctrl-c"] }))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
    }),
  )

  it.effect.each(["ctrl-d", "escape"])("takes %s for no answer", (key) =>
    Effect.gen(function* () {
      const { exitCode, stderr } = yield* onTerminal([], { typed: ["a", key] })
      assert.strictEqual(exitCode, 4)
      assert.include(stderr, withoutKey)
    }),
  )

  it.effect("does not take nothing for a key", () =>
    Effect.gen(function* () {
      const { exitCode, stderr } = yield* onTerminal([], { typed: ["enter"] })
      assert.strictEqual(exitCode, 4)
      assert.include(stderr, "✖ The API key (from the prompt) is empty.\n")
    }),
  )

  it.effect("is left out when nobody can answer or wants to", () =>
    Effect.gen(function* () {
      const typed = [...canary, "enter"]
      for (const [args, options] of [
        [["--no-input"], { typed }],
        [[], { typed, terminals: ["stdin"] }],
        [[], { typed, terminals: ["stderr"] }],
        [[], { typed, env: { TERM: "dumb" } }],
      ] as const) {
        const { exitCode, stderr, keys } = yield* onTerminal(args, options)
        assert.deepEqual([exitCode, stderr.split("\n")[0], keys], [4, withoutKey, []])
      }
      const json = yield* onTerminal(["--json"], { typed })
      assert.deepEqual([json.exitCode, json.stderr, JSON.parse(json.stdout).error.code], [4, "", "no_key"])
    }),
  )
})
