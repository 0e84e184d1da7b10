import { readFileSync } from "node:fs"
import { assert, layer } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { patience } from "../src/commands/accounts/import/send.ts"
import { exitCodes } from "../src/output/Failure.ts"
import { aptrinsic, layerSandbox, type Options } from "./support/aptrinsic.ts"
import { importing } from "./support/importing.ts"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8").replaceAll(/\s+/g, " ")

const helpOf = (...path: ReadonlyArray<string>) =>
  Effect.map(aptrinsic([...path, "--help"]), ({ stdout }) => stdout.replaceAll(/\s+/g, " "))

/** What each exit code is said to mean, by the sentence that begins with `0 done`. */
const inReadme = new Map(
  [...(/Exit codes: (0 done.*? a bug)\./.exec(readme)?.[1] ?? "").matchAll(/(?:^|, )(\d+) (.*?)(?=, \d+ |$)/g)].map(
    ([, code, meaning]) => [Number(code), meaning!],
  ),
)

layer(layerSandbox(), { excludeTestServices: true })("help, README and behaviour", (it) => {
  it.effect("agree on what there are for exit codes, and on when an import ends with each", () =>
    Effect.gen(function* () {
      const { stdout } = yield* aptrinsic(["--help"])
      // A long line goes on in the next one.
      const section = stdout.slice(stdout.indexOf("EXIT CODES")).replaceAll(/\n {6,}(?=\S)/g, " ")
      const inHelp = new Map(
        [...section.matchAll(/^ +(\d+) {2,}(\S.*)$/gm)].map(([, code, text]) => [Number(code), text!]),
      )
      const codes = new Set(Object.values(exitCodes).filter((code) => code < 126))
      for (const code of [0, ...codes]) {
        assert.isTrue(inReadme.has(code), `README: ${code}`)
        assert.isTrue(inHelp.has(code), `help: ${code}`)
      }
      assert.deepEqual(
        [...inReadme.keys()].filter((code) => code < 126 && !inHelp.has(code)),
        [],
      )

      const { run } = yield* importing("id,name\ne1,One\ne2,Two\n,Three\n")
      const anew = ["--skip-invalid", "--restart"]
      const ends: ReadonlyArray<readonly [number, RegExp, ReadonlyArray<string>, Options?]> = [
        [2, /command line|usage/i, ["--no-such-flag"]],
        [3, /not valid/i, ["--dry-run"]],
        [4, /key/i, anew, { env: { APTRINSIC_API_KEY: "" } }],
        [6, /an import or a job ended with rows that failed, are invalid or were not sent/i, anew],
        [7, /unreachable/i, [...anew, "--outage", "1s"], { env: { APTRINSIC_BASE_URL: "http://127.0.0.1:9" } }],
        [7, /\(an import: also a used-up quota or a full disk\)/i, [...anew, "--daily-quota", "1"]],
      ]
      for (const [code, meaning, args, options] of ends) {
        const ran = yield* run(args, options)
        assert.strictEqual(ran.exitCode, code, `${args.join(" ")}: ${ran.stdout}${ran.stderr}`)
        assert.match(inReadme.get(code)!, meaning)
        assert.match(inHelp.get(code)!, meaning)
      }
    }),
  )

  it.effect("agree on how long a row may take without --timeout", () =>
    Effect.gen(function* () {
      assert.strictEqual(Duration.toMinutes(patience), 10)
      const help = yield* helpOf("accounts", "import")
      assert.include(help, "Without --timeout a row may take 10 minutes")
      assert.include(help, "[default: 2m; a row of an import: 10m]")
      assert.include(readme, "`--timeout TIME` is how long a row may take with its retries: 10 minutes without it.")
    }),
  )

  it.effect("agree on what a date without a time zone is", () =>
    Effect.gen(function* () {
      const help = yield* helpOf("accounts", "import")
      assert.include(help, "[default: UTC for days; a time of day is refused]")
      assert.include(readme, "without it a day is one of UTC, and a time of day without an offset is refused.")
      const sent = Effect.fnUntraced(function* (date: string, ...flags: ReadonlyArray<string>) {
        const { run } = yield* importing(`id,name,renewalDate\nt1,One,${date}\n`)
        const { error, preview } = JSON.parse((yield* run(["--dry-run", "--json", "--preview", "1", ...flags])).stdout)
        return error?.problems[0].code ?? preview[0].account.renewalDate
      })
      assert.strictEqual(yield* sent("2027-01-31"), Date.UTC(2027, 0, 31))
      assert.strictEqual(yield* sent("2027-01-31 09:00:00"), "not_a_date")
      assert.strictEqual(yield* sent("2027-01-31", "--time-zone", "Europe/Berlin"), Date.UTC(2027, 0, 30, 23))
      assert.strictEqual(yield* sent("2027-01-31 09:00:00", "--time-zone", "Europe/Berlin"), Date.UTC(2027, 0, 31, 8))
    }),
  )
})
