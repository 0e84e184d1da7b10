import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Process from "./support/process.ts"

const timeout = 60_000

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

/** The commands of the console block, each with the output under it. */
const examples = /```console\n([^]*?)```/
  .exec(readme)![1]!
  .split(/^\$ /m)
  .slice(1)
  .map((example) => ({ command: example.split("\n")[0]!, output: example.slice(example.indexOf("\n") + 1) }))

describe("the README", () => {
  it.live(
    "shows what its commands print",
    () =>
      Effect.gen(function* () {
        const bundle = yield* Process.bundle
        const [runtime, ...args] = Process.commandLine(bundle, [])
        const shell = [
          `aptrinsic() { ${[runtime, ...args].map((word) => `'${word}'`).join(" ")} "$@"; }`,
          ...examples.flatMap(({ command }) => ["echo '----'", `{ ${command} ; } 2>&1`]),
        ].join("\n")
        const ran = yield* Process.runProcess(Process.commandLine(bundle, ["sandbox", "-q", "--", "sh", "-c", shell]))
        assert.strictEqual(ran.stderr, "")
        assert.deepEqual(
          ran.stdout.split("----\n").slice(1),
          examples.map(({ output }) => output),
        )
        assert.isAbove(examples.length, 2)
      }),
    timeout,
  )
})
