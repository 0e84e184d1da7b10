import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import manifest from "../package.json" with { type: "json" }
import { page } from "./man/page.ts"
import { aptrinsic } from "./support/aptrinsic.ts"
import { layerServices } from "./support/runtime.ts"

const file = new URL(`../${manifest.man}`, import.meta.url)
const manual = readFileSync(file, "utf8")

layer(layerServices, { excludeTestServices: true })("the manual page", (it) => {
  it.effect("is what the help says: node apps/cli/test/man/update.ts prints it", () =>
    Effect.map(page, (printed) => assert.strictEqual(manual, printed)),
  )

  it.effect("has every command and each of its flags", () =>
    Effect.gen(function* () {
      const plain = manual.replaceAll("\\-", "-")
      for (const path of ["accounts create", "accounts import", "auth login", "sandbox"]) {
        assert.include(plain, `.SS aptrinsic ${path}`)
        const { stdout } = yield* aptrinsic([...path.split(" "), "--help"])
        const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag!)
        assert.isAbove(flags.length, 5)
        for (const flag of flags) assert.match(plain, new RegExp(`^\\\\fB(-\\w, )?${flag}[ \\\\]`, "m"))
      }
    }),
  )

  it.effect("is well formed, by itself and for the formatter of this machine", () =>
    Effect.sync(() => {
      const lines = manual.trimEnd().split("\n")
      const sections = lines.flatMap((line) => /^\.SH (.*)$/.exec(line)?.[1] ?? [])
      assert.deepEqual(sections.slice(0, 3), ["NAME", "SYNOPSIS", "DESCRIPTION"])
      for (const [at, line] of lines.entries()) {
        if (line.startsWith(".")) assert.match(line, /^\.(?:\\"|TH|SH|SS|PP|TP$|B|br$)/)
        if (line === ".TP") assert.match(lines[at + 1]!, /^\\fB.*\\fR$/)
        assert.match(line, /^[ -~]*$/)
        assert.notMatch(line, /\\(?!\[u[\dA-F]{4,6}\]|[e&-]|f[BR]|")/)
      }
      if (spawnSync("groff", ["--version"]).status !== 0) return
      const formatted = spawnSync("groff", ["-man", "-Tutf8", "-ww", "-z"], { input: manual, encoding: "utf8" })
      assert.deepEqual([formatted.status, formatted.stderr], [0, ""])
    }),
  )
})
