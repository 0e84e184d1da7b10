import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { runtime } from "./harness.ts"

const example = Effect.sync(() => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
  return readme.slice(readme.indexOf("```ts\n") + 6, readme.indexOf("\n```\n"))
})

/** Inside the package, so that the imports of a program resolve as they do for its user; hidden from the checks of the whole tree. */
const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(fileURLToPath(new URL(".readme-", import.meta.url)))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
)

/** Runs a program with the runtime of the tests, and returns what it printed. */
const run = (file: string) =>
  Effect.callback<string>((resume) => {
    const args = runtime === "deno" ? ["run", "-A", file] : [file]
    execFile(process.execPath, args, (error, stdout, stderr) =>
      resume(error === null ? Effect.succeed(stdout) : Effect.die(new Error(stderr, { cause: error }))),
    )
  })

describe("the example of the README", () => {
  it.live("loses an answer and still knows the outcome", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "example.ts")
      writeFileSync(file, (yield* example).replace("runtime/node", `runtime/${runtime}`))
      assert.strictEqual(yield* run(file), "answer lost: true, accounts: 1\n")
    }),
  )
})
