import { spawnSync } from "node:child_process"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { aptrinsic } from "./support/aptrinsic.ts"
import { layerServices } from "./support/runtime.ts"

/** Shells of this machine that can check or run a script without executing a command line. */
const parsers = { bash: ["-n"], zsh: ["-n"], fish: ["--no-execute"] } as const

const isInstalled = (shell: string) => spawnSync(shell, ["-c", ":"]).status === 0

const complete = (script: string, words: ReadonlyArray<string>) => {
  const program = [
    script,
    'COMP_WORDS=(aptrinsic "$@"); COMP_CWORD=$#; COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}',
    '_aptrinsic aptrinsic "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"',
    'echo "${COMPREPLY[*]}"',
  ].join("\n")
  return spawnSync("bash", ["-c", program, "bash", ...words], { encoding: "utf8" })
    .stdout.trim()
    .split(" ")
}

layer(layerServices, { excludeTestServices: true })("completion", (it) => {
  it.effect("prints a script for each shell, which those of this machine can read", () =>
    Effect.gen(function* () {
      for (const shell of ["bash", "zsh", "fish", "powershell"] as const) {
        const { exitCode, stdout, stderr } = yield* aptrinsic(["completion", shell])
        assert.deepEqual([exitCode, stderr], [0, ""])
        assert.include(stdout, "data-center")
        assert.notMatch(stdout, /--no-help|wizard|api-key[^-]/)
        if (shell === "powershell" || !isInstalled(shell)) continue
        const parsed = spawnSync(shell, parsers[shell], { input: stdout, encoding: "utf8" })
        assert.deepEqual([parsed.status, parsed.stderr], [0, ""])
      }
    }),
  )

  it.effect("completes commands, flags, choices and files in bash", () =>
    Effect.gen(function* () {
      if (!isInstalled("bash")) return
      const { stdout } = yield* aptrinsic(["completion", "bash"])
      const completed = (...words: ReadonlyArray<string>) => complete(stdout, words)
      assert.deepEqual(completed(""), ["accounts", "auth", "sandbox", "completion", "help"])
      assert.deepEqual(completed("accounts", ""), ["create", "import", "get", "fields"])
      assert.deepEqual(completed("help", "a"), ["accounts", "auth"])
      assert.includeMembers(completed("--"), ["--json", "--color", "--help", "--version"])
      assert.includeMembers(completed("accounts", "create", "--"), ["--set", "--if-exists", "--data-center", "--quiet"])
      assert.notInclude(completed("accounts", "fields", "--"), "--data-center")
      assert.deepEqual(completed("accounts", "get", "--data-center", ""), ["us", "eu", "us2"])
      assert.deepEqual(completed("accounts", "create", "-f", "pack"), ["package.json"])
    }),
  )
})
