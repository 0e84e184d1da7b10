import { spawnSync } from "node:child_process"
import process from "node:process"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
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
      assert.deepEqual(completed(""), [
        "accounts",
        "jobs",
        "worker",
        "report",
        "imports",
        "auth",
        "doctor",
        "sandbox",
        "completion",
        "help",
      ])
      assert.deepEqual(completed("accounts", ""), [
        "create",
        "update",
        "import",
        "diff",
        "get",
        "list",
        "export",
        "fields",
      ])
      assert.deepEqual(completed("help", "a"), ["accounts", "auth"])
      assert.includeMembers(completed("--"), ["--json", "--color", "--help", "--version"])
      assert.includeMembers(completed("accounts", "create", "--"), ["--set", "--if-exists", "--data-center", "--quiet"])
      assert.notInclude(completed("accounts", "fields", "--"), "--data-center")
      assert.deepEqual(completed("accounts", "get", "--data-center", ""), ["us", "eu", "us2"])
    }),
  )

  it.effect.each([
    "accounts import ./exports/acc",
    "accounts import -- ./exports/acc",
    "accounts import --mapping ./exports/acc",
    "accounts import --save-mapping ./exports/acc",
    "accounts import --report=./exports/acc",
    "accounts import --report=~/exports/acc",
    "accounts import a.csv --problems ./exports/acc",
    "accounts create -f ./exports/acc",
    "accounts create --api-key-file ./exports/acc",
    "sandbox --database ./exports/acc",
    "sandbox -- cat ./exports/acc",
  ])("lets bash complete the name of a file after aptrinsic %s", (line) =>
    Effect.gen(function* () {
      if (!isInstalled("bash")) return
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* fs.makeTempDirectoryScoped()
      yield* fs.makeDirectory(`${cwd}/exports`)
      yield* fs.writeFileString(`${cwd}/exports/accounts of March.csv`, "")
      const { stdout } = yield* aptrinsic(["completion", "bash"])
      yield* fs.writeFileString(`${cwd}/completion.sh`, stdout)
      // Bash completes what is typed at its prompt, and only there.
      const typed = `. ./completion.sh\naptrinsic() { printf '[%s]\\n' "$@"; }\naptrinsic ${line}\t\nexit\n`
      const ran = spawnSync("bash", ["--norc", "--noprofile", "-i"], {
        cwd,
        env: { ...process.env, HOME: cwd },
        input: typed,
        encoding: "utf8",
      })
      assert.match(ran.stdout, /^\[(--report=)?[.~]\/exports\/accounts of March\.csv\]$/m)
    }),
  )

  it.effect.each([
    ["accounts import ./exports/acc", "[accounts][import][./exports/accounts of March.csv]"],
    ["accounts import -- ./exports/acc", "[accounts][import][--][./exports/accounts of March.csv]"],
    ["accounts import --report=./exports/acc", "[accounts][import][--report=./exports/accounts of March.csv]"],
    ["accounts import --report=~/exports/acc", "[accounts][import][--report=~/exports/accounts of March.csv]"],
    ["accounts create -f ./exports/acc", "[accounts][create][-f][./exports/accounts of March.csv]"],
    ["accounts import --map a=id --map", "[accounts][import][--map][a=id][--map]"],
    ["accounts im", "[accounts][import]"],
    ["accounts import --data-center e", "[accounts][import][--data-center][eu]"],
    ["help acc", "[help][accounts]"],
  ])("is completed by zsh, where there is one: %s", ([line, words]) =>
    Effect.gen(function* () {
      if (!isInstalled("zsh")) return
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* fs.makeTempDirectoryScoped()
      yield* fs.makeDirectory(`${cwd}/exports`)
      yield* fs.writeFileString(`${cwd}/exports/accounts of March.csv`, "")
      yield* fs.writeFileString(`${cwd}/_aptrinsic`, (yield* aptrinsic(["completion", "zsh"])).stdout)
      const prompt = [
        "fpath=($PWD $fpath); autoload -U compinit; compinit -u -D",
        'aptrinsic() { print -rn "ran:"; printf "[%s]" "$@"; print ";" }; print ready$((1+1))',
      ].join("; ")
      const session = [
        "zmodload zsh/zpty; zpty z zsh -f -i",
        `zpty -w z '${prompt}'; zpty -r -m z out '*ready2*'`,
        `zpty -w -n z $'aptrinsic ${line}\t\n'; zpty -r -m z out '*ran:*;*'`,
        "print -r -- ${out##*ran:}",
      ].join("\n")
      const env = { ...process.env, HOME: cwd }
      const ran = spawnSync("zsh", ["-f", "-c", session], { cwd, env, encoding: "utf8", timeout: 20_000 })
      assert.strictEqual(ran.stdout.trim(), `${words};`)
    }),
  )

  it.effect("lets zsh and fish complete the names of files", () =>
    Effect.gen(function* () {
      const zsh = (yield* aptrinsic(["completion", "zsh"])).stdout
      for (const flag of ["mapping", "save-mapping", "report", "problems", "file", "api-key-file", "database"]) {
        assert.match(zsh, new RegExp(`--${flag}=\\[.*:file:_files'$`, "m"))
      }
      assert.match(zsh, /^ +':CSV.*:_files'$/m)
      assert.include(zsh, "aptrinsic completion zsh > ")
      const fish = (yield* aptrinsic(["completion", "fish"])).stdout
      assert.match(fish, / -l mapping .* -r -F$/m)
    }),
  )
})
