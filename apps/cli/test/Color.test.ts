import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { aptrinsic, type Options } from "./support/aptrinsic.ts"
import { layerServices } from "./support/runtime.ts"

/** Whether a result on stdout and an error on stderr are coloured. */
const coloured = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Options = {}) {
  const { stdout } = yield* aptrinsic(["accounts", "fields", ...args], options)
  const { stderr } = yield* aptrinsic(["accounts", "fields", "--no", ...args], options)
  return [stdout.includes("\u001b["), stderr.includes("\u001b[")]
})

layer(layerServices, { excludeTestServices: true })("colour", (it) => {
  it.effect("follows each stream", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* coloured([]), [false, false])
      assert.deepEqual(yield* coloured([], { terminals: ["stdout"] }), [true, false])
      assert.deepEqual(yield* coloured([], { terminals: ["stderr"] }), [false, true])
      assert.deepEqual(yield* coloured([], { terminals: ["stdout", "stderr"], env: { TERM: "dumb" } }), [false, false])
    }),
  )

  it.effect("obeys --color, else NO_COLOR, else FORCE_COLOR", () =>
    Effect.gen(function* () {
      const terminals = ["stdout", "stderr"] as const
      const all = { NO_COLOR: "1", FORCE_COLOR: "1" }
      assert.deepEqual(yield* coloured(["--color", "always"], { env: all }), [true, true])
      assert.deepEqual(yield* coloured(["--color=never"], { env: { FORCE_COLOR: "1" }, terminals }), [false, false])
      assert.deepEqual(yield* coloured([], { env: all, terminals }), [false, false])
      assert.deepEqual(yield* coloured([], { env: { FORCE_COLOR: "1", TERM: "dumb" } }), [true, true])
      assert.deepEqual(yield* coloured([], { env: { FORCE_COLOR: "0" }, terminals }), [false, false])
      assert.deepEqual(yield* coloured([], { env: { NO_COLOR: "" }, terminals }), [true, true])
    }),
  )

  it.effect("never gets into JSON", () =>
    Effect.gen(function* () {
      const ran = yield* aptrinsic(["--help", "--json", "--color", "always"])
      assert.notInclude(JSON.parse(ran.stdout).help, "\u001b")
    }),
  )
})
