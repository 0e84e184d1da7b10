import { assert, layer } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { aptrinsic, layerSandbox, offline } from "./support/aptrinsic.ts"
import { importing, pasted } from "./support/importing.ts"

const problematic = [
  "id,name,plan,Employees,Renewal Date",
  "1,One,pro,12,2027-01-31",
  "2,,pro,many,31.1.2027",
  "1,Again,pro,1,",
  "4,Four",
  "5,Five,,1.5,",
  "",
].join("\n")

layer(layerSandbox(), { excludeTestServices: true })("the check of an import", (it) => {
  it.effect("needs no key and no network with --dry-run, and says what the import will take", () =>
    Effect.gen(function* () {
      const text = `id,name\n${Array.from({ length: 1234 }, (_, index) => `${index},n\n`).join("")}`
      const { file, files, run } = yield* importing(text)
      assert.deepEqual(yield* run(["--dry-run", "--daily-quota", "5000"], offline), {
        exitCode: 0,
        stdout: [
          `✔ ${file}: all 1,234 rows are valid. Nothing was sent.`,
          "  Importing takes 1,234 requests: about 13 s at 100/s, 25 % of a day's quota of 5,000.",
          "  An account that exists takes two: up to 2,468 requests and 25 s.",
          "  Column  Field  Type    Set  Empty  Doubtful  Samples",
          "  id      id     text  1,234      0         0  0 · 1 · 2",
          "  name    name   text  1,234      0         0  n",
          "",
        ].join("\n"),
        stderr: "",
      })
      assert.deepEqual(yield* files, ["accounts.csv"])
      assert.match(
        (yield* run(["--dry-run", "--rate", "1"], offline)).stdout,
        /about 20 min 34 s at 1\/s, less than 1 %/,
      )
      assert.match(
        (yield* run(["--dry-run", "--daily-quota", "1000"], offline)).stdout,
        /about 24 h 0 min at 100\/s, over 2 days with a quota of 1,000 each\.\n {2}An account that exists takes two: up to 2,468 requests and 48 h 0 min of sending, over 3 days\.\n/,
      )
    }),
  )

  it.effect("prints one JSON document for a dry run", () =>
    Effect.gen(function* () {
      const { file, run } = yield* importing("id,name\na,A\nb,B\n")
      const ran = yield* run(["--dry-run", "--json"], offline)
      assert.deepEqual([ran.exitCode, ran.stderr], [0, ""])
      assert.deepEqual(JSON.parse(ran.stdout), {
        ok: true,
        command: "accounts import",
        file,
        dryRun: true,
        rows: 2,
        valid: 2,
        invalid: 0,
        doubtful: 0,
        toAccept: [],
        problems: [],
        problemCount: 0,
        problemGroups: [],
        warnings: [],
        warningCount: 0,
        warningGroups: [],
        columns: [
          {
            column: "id",
            field: "id",
            type: "text",
            set: 2,
            empty: 0,
            doubtful: 0,
            offers: [],
            invalid: 0,
            samples: ["a", "b"],
          },
          {
            column: "name",
            field: "name",
            type: "text",
            set: 2,
            empty: 0,
            doubtful: 0,
            offers: [],
            invalid: 0,
            samples: ["A", "B"],
          },
        ],
        ignored: [],
        passedOver: null,
        preview: [],
        estimate: {
          requests: 2,
          seconds: 1,
          days: 1,
          dailyQuota: 1_000_000,
          atMost: { requests: 4, seconds: 1, days: 1 },
        },
        continues: null,
      })
    }),
  )

  it.effect("names every problem of every row with line, column, value and way out, and sends nothing", () =>
    Effect.gen(function* () {
      const { file, posts, run } = yield* importing(problematic)
      for (const args of [[], ["--dry-run"]]) {
        assert.deepEqual(yield* run(args), {
          exitCode: 3,
          stdout: "",
          stderr: [
            `✖ ${file}: 4 of 5 rows are invalid (6 problems). Nothing was sent.`,
            '  line 3  numberOfEmployees (Employees)  "many" is not a whole number',
            '  line 3  renewalDate (Renewal Date)     "31.1.2027" is not a date; write 2027-01-31, 2027-01-31T09:00:00Z or epoch milliseconds. Say how dates are written: --date-format D.M.YYYY.',
            "  line 3  name                           is required",
            '  line 4  id                             "1" is already on line 2',
            "  line 5                                 expected 5 cells, found 2",
            '  line 6  numberOfEmployees (Employees)  "1.5" is not a whole number',
            "  Correct them and run again, or import the 1 valid row with --skip-invalid.",
            "",
          ].join("\n"),
        })
      }
      assert.strictEqual(yield* posts, 0)
      const helped = yield* run(["--dry-run", "--date-format", "D.M.YYYY"])
      assert.include(helped.stderr, "(5 problems)")
    }),
  )

  it.effect("prints one JSON document for a refusal, with every problem in it", () =>
    Effect.gen(function* () {
      const { file, run } = yield* importing(problematic)
      const ran = yield* run(["--json"])
      assert.deepEqual([ran.exitCode, ran.stderr], [3, ""])
      const { error, ok } = JSON.parse(ran.stdout)
      assert.isFalse(ok)
      assert.deepInclude(error, {
        code: "invalid",
        command: "accounts import",
        file,
        dryRun: false,
        rows: 5,
        valid: 1,
        invalid: 4,
        problemCount: 6,
      })
      assert.deepEqual(error.problems[0], {
        severity: "error",
        code: "not_a_whole_number",
        row: 2,
        line: 3,
        column: "Employees",
        field: "numberOfEmployees",
        value: "many",
        message: '"many" is not a whole number',
      })
      assert.strictEqual(error.problems.length, 6)
    }),
  )

  it.effect("tells 20 causes at the most, and writes all problems with --problems", () =>
    Effect.gen(function* () {
      const { directory, file, read, run } = yield* importing(`id,name\n${"x,\n".repeat(30)}`)
      const ran = yield* run(["--dry-run"])
      assert.deepEqual(ran.stderr.split("\n").slice(1, 4), [
        "  30 ×  name  is required (lines 2, 3, 4 …)",
        '  29 ×  id    "x" is already on line 2 (lines 3, 4, 5 …)',
        "  --problems FILE writes all of them",
      ])
      const problems = `${directory}/problems.ndjson`
      assert.include((yield* run(["--problems", problems])).stderr, `\n  All of them are in ${problems}\n`)
      const lines = (yield* read(problems)).trimEnd().split("\n")
      assert.strictEqual(lines.length, 59)
      assert.deepInclude(JSON.parse(lines[0]!), { row: 1, line: 2, field: "name", code: "required" })
      const lost = yield* run(["--problems", `${directory}/no/such/dir`])
      assert.deepEqual(
        [lost.exitCode, lost.stderr],
        [
          2,
          `✖ ${directory}/no/such/dir cannot be written: there is no such file or directory.\n  Name another file with --problems.\n`,
        ],
      )
      const full = yield* run(["--problems", "/dev/full"])
      assert.deepEqual(
        [full.exitCode, full.stderr],
        [2, "✖ --problems names a pipe or a device, not a file.\n  Name a file.\n"],
      )
      const itself = yield* run(["--problems", file])
      assert.deepEqual(
        [itself.exitCode, itself.stderr],
        [2, "✖ --problems names the file that is imported.\n  Name another file: this one would be lost.\n"],
      )
    }),
  )

  it.effect("does not stop at warnings, and tells them", () =>
    Effect.gen(function* () {
      const { held, run } = yield* importing("id,name,plan\nw1,One,N/A\nW1, Two,pro\n")
      const ran = yield* run(["--dry-run"])
      assert.strictEqual(ran.exitCode, 0)
      assert.match(ran.stderr, /^! \d values to look at; they are sent as they are\.\n/)
      assert.include(
        ran.stderr,
        `line 2  plan  "N/A" is sent as this text. If it means "not set", pass --null 'N/A'.\n`,
      )
      assert.include(
        ran.stderr,
        'line 3  id    "W1" differs only by case, Unicode form or spaces from the one on line 2. PX takes them for two accounts.',
      )
      assert.strictEqual((yield* run(["--null", "N/A"])).exitCode, 0)
      assert.deepEqual(yield* held, ["W1", "w1"])
    }),
  )

  it.effect("sends nothing while rows are in serious doubt, unless their codes are accepted", () =>
    Effect.gen(function* () {
      const { held, run } = yield* importing("id,name,renewalDate\n9.00E+09,One,1704449472\nd2,Two,\n")
      const ran = yield* run([])
      assert.strictEqual(ran.exitCode, 3)
      assert.match(ran.stderr, /^! 2 values to look at\.\n/)
      assert.include(ran.stderr, "probably a mistake: spreadsheet_number (1), date_in_1970 (1). Nothing was sent.")
      assert.include(ran.stderr, "if they are right, pass --accept spreadsheet_number,date_in_1970.\n")
      assert.deepEqual(yield* held, [])
      const { error } = JSON.parse((yield* run(["--json", "--accept", "date_in_1970"])).stdout)
      assert.strictEqual(error.code, "doubtful")
      assert.deepInclude(error.warnings[0], { code: "spreadsheet_number", serious: true, line: 2 })
      assert.strictEqual((yield* run(["--accept", "spreadsheet_number,date_in_1970"])).exitCode, 0)
      assert.deepEqual(yield* held, ["9.00E+09", "d2"])
    }),
  )

  it.effect("refuses in a dry run what sending would refuse, and names the --accept it needs", () =>
    Effect.gen(function* () {
      const { held, run } = yield* importing("id,name,renewalDate\n9.00E+09,One,1704449472\nd2,Two,\n")
      const dry = yield* run(["--dry-run"])
      assert.strictEqual(dry.exitCode, 3)
      const [, flag = ""] = /; if they are right, pass (--accept \S+)\.\n/.exec(dry.stderr) ?? []
      assert.strictEqual(flag, "--accept spreadsheet_number,date_in_1970")
      const { error } = JSON.parse((yield* run(["--dry-run", "--json", "--accept", "date_in_1970"])).stdout)
      assert.deepEqual(error.toAccept, ["spreadsheet_number"])
      const accepted = yield* run(["--dry-run", ...pasted(flag)])
      assert.notInclude(accepted.stderr, "--accept")
      assert.strictEqual((yield* run(pasted(flag))).exitCode, 0)
      assert.lengthOf(yield* held, 2)
    }),
  )

  it.effect("asks about serious doubts on a terminal, and takes Ctrl-D for no and Ctrl-C for the end", () =>
    Effect.gen(function* () {
      const { held, run } = yield* importing("id,name\n9.00E+09,One\n")
      const answer = (key: string) => run([], { terminals: ["stdin", "stderr"], typed: [key], env: { NO_COLOR: "1" } })
      for (const key of ["n", "ctrl-d", "escape"]) {
        const ran = yield* answer(key)
        assert.strictEqual(ran.exitCode, 3, key)
        assert.match(ran.stderr, /Send them anyway\?/)
        assert.include(ran.stderr, "probably a mistake: spreadsheet_number (1). Nothing was sent.\n")
      }
      const exit = yield* Effect.exit(answer("ctrl-c"))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
      assert.deepEqual(yield* held, [])
      assert.strictEqual((yield* answer("y")).exitCode, 0)
      assert.deepEqual(yield* held, ["9.00E+09"])
    }),
  )

  it.effect("refuses a constant that sets nothing", () =>
    Effect.gen(function* () {
      const { run } = yield* importing("id,name\n1,A\n")
      const { exitCode, stderr } = yield* run(["--dry-run", "--set", "plan="])
      assert.deepEqual([exitCode, stderr.split("\n")[0]], [2, "✖ --set plan= sets nothing."])
    }),
  )

  it.effect("takes options that fit no account for a mistake of the command line, whatever the file holds", () =>
    Effect.gen(function* () {
      const { run } = yield* importing("")
      const flags = ["--time-zone", "Mars", "--map", "A=plna", "--set", "industry=x", "--set", "numberOfEmployees=many"]
      const zone = yield* run(["--dry-run", ...flags])
      assert.deepEqual(
        [zone.exitCode, zone.stderr.split("\n").slice(0, 2)],
        [
          2,
          [
            "✖ The options of the import are not valid: 1 problem. Nothing was sent.",
            '  --time-zone  "Mars" is not an IANA time zone, such as Europe/Berlin',
          ],
        ],
      )
      const fields = yield* run(["--dry-run", "--json", ...flags.slice(2)])
      assert.strictEqual(fields.exitCode, 2)
      const { error } = JSON.parse(fields.stdout)
      assert.deepEqual(
        [error.code, error.problems],
        [
          "usage",
          [
            { field: "plna", message: "is not an account field; did you mean plan?" },
            { field: "numberOfEmployees", message: '"many" is not a whole number' },
          ],
        ],
      )
    }),
  )

  it.effect("mentions every flag on its help page", () =>
    Effect.gen(function* () {
      const { stdout } = yield* aptrinsic(["accounts", "import", "--help"])
      const flags = [
        "dry-run map ignore set mapping save-mapping format delimiter encoding date-format time-zone decimal grouping",
        "null skip-invalid problems unmapped preview strict progress if-exists max-failures rate daily-quota concurrency report restart product-key",
      ]
      for (const flag of flags.join(" ").split(" ")) {
        assert.match(stdout, new RegExp(`^ +--${flag}\\b.*\\S`, "m"), flag)
      }
    }),
  )
})
