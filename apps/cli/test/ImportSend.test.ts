import { appendFileSync, readFileSync, truncateSync } from "node:fs"
import * as Faults from "@effect-aptrinsic/sandbox/Faults"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import { canary, layerBefore, layerBeforePost, layerSandbox } from "./support/aptrinsic.ts"
import { importing, type ReportLine, rows } from "./support/importing.ts"

/** The steps of each row, in their order. */
const stepsByRow = (lines: ReadonlyArray<ReportLine>): ReadonlyMap<number, ReadonlyArray<string>> =>
  new Map([...Map.groupBy(lines, ({ row }) => row)].map(([row, steps]) => [row, steps.map(({ s }) => s)] as const))

const created = (lines: ReadonlyArray<ReportLine>) =>
  lines
    .filter(({ s }) => s === "created")
    .map(({ id }) => id)
    .toSorted()

/** More than the sandbox can answer. */
const fast = ["--rate", "2000"]

/** A summary without what depends on the machine. */
const still = (text: string) => text.replaceAll(/ in [\d.]+ s \([\d,]+\/s\)/g, "")

// The pace is tested elsewhere; here it would only take its time.
layer(layerSandbox({ limits: { perSecond: null } }), { excludeTestServices: true })(
  "the sending of an import",
  (it) => {
    it.effect("creates every account, records each before and after it was sent, and says so", () =>
      Effect.gen(function* () {
        const { file, files, held, posts, read, report, run } = yield* importing(rows(100))
        const ran = yield* run(fast)
        assert.deepEqual([ran.exitCode, ran.stderr], [0, ""])
        assert.strictEqual(
          still(ran.stdout),
          ["✔ Created 100 of 100 rows", "  created          100", `  Report       ${file}.import.ndjson`, ""].join(
            "\n",
          ),
        )
        assert.deepInclude(JSON.parse((yield* read()).split("\n", 1)[0]!), { v: 4, kind: "aptrinsic.import" })
        const lines = yield* report()
        const steps = stepsByRow(lines)
        assert.strictEqual(steps.size, 100)
        for (const step of steps.values()) assert.deepEqual(step, ["sent", "created"])
        assert.deepEqual(created(lines), yield* held)
        assert.strictEqual(yield* posts, 100)
        assert.deepEqual(yield* files, ["accounts.csv", "accounts.csv.import.ndjson"])
      }),
    )

    it.effect("sends nothing when it is run again, and begins anew with --restart", () =>
      Effect.gen(function* () {
        const { file, files, posts, report, run } = yield* importing(rows(3))
        yield* run()
        assert.deepEqual(yield* run(), {
          exitCode: 0,
          stdout: [
            "✔ All 3 rows were imported before. Nothing was sent.",
            "  created            3  3 of them in earlier runs",
            `  Report       ${file}.import.ndjson`,
            "",
          ].join("\n"),
          stderr: `Resuming ${file}: 3 of 3 rows are already done.\n`,
        })
        assert.strictEqual(yield* posts, 3)
        const anew = yield* run(["--restart"])
        assert.deepEqual([anew.exitCode, anew.stderr], [0, ""])
        assert.include(anew.stdout, "\n  duplicate          3  already in PX, left unchanged\n")
        assert.deepEqual(
          [...stepsByRow(yield* report()).values()],
          [1, 2, 3].map(() => ["sent", "duplicate"]),
        )
        assert.strictEqual((yield* files).length, 3, "the earlier report is kept")
      }),
    )

    it.effect("prints one JSON document for an import", () =>
      Effect.gen(function* () {
        const { file, run, url } = yield* importing("id,name\n1,One\n2,\n")
        const ran = yield* run(["--json", "--skip-invalid"])
        assert.deepEqual([ran.exitCode, ran.stderr], [6, ""])
        const { durationMs, ...document } = JSON.parse(ran.stdout)
        assert.isNumber(durationMs)
        assert.deepEqual(document, {
          ok: false,
          command: "accounts import",
          file,
          target: url,
          rows: 2,
          created: 1,
          duplicate: 0,
          invalid: 1,
          failed: 0,
          inDoubt: 0,
          remaining: 0,
          alreadyDone: 0,
          thisRun: { created: 1, duplicate: 0, failed: 0, inDoubt: 0 },
          interrupted: false,
          changed: false,
          warningCount: 0,
          requests: 2,
          retries: 0,
          rateLimited: 0,
          outages: [],
          contradictionCount: 0,
          contradictions: [],
          keptOtherwise: 0,
          reasons: [],
          report: `${file}.import.ndjson`,
          failedRows: file.replace(".csv", ".failed.csv"),
          changedRows: 0,
          changedFields: {},
          differing: 0,
          differingFields: {},
          differingRows: null,
        })
      }),
    )

    it.effect("prints no member that docs/import.md does not explain", () =>
      Effect.gen(function* () {
        const { run } = yield* importing(rows(1))
        const page = readFileSync(new URL("../../../docs/import.md", import.meta.url), "utf8")
        for (const args of [["--dry-run"], []]) {
          const names = Object.keys(JSON.parse((yield* run(["--json", ...args])).stdout))
          for (const name of names) assert.match(page, new RegExp(`^\\|[^|]*\`${name}\``, "m"))
        }
      }),
    )

    it.effect("imports the valid rows with --skip-invalid, and the others once they are corrected", () =>
      Effect.gen(function* () {
        const { directory, file, held, read, report, run, write } = yield* importing(
          'id;name;Employees\n1;One;5\n2;Two;many\n;"No; id";1\n4;Four\n',
        )
        const failed = `${directory}/accounts.failed.csv`
        const ran = yield* run(["--skip-invalid"])
        assert.strictEqual(ran.exitCode, 6)
        assert.strictEqual(
          still(ran.stdout),
          [
            "! Created 1 of 4 rows",
            "  created            1",
            "  invalid            3  not sent",
            `  Failed rows  ${failed}  (correct it, then import this file with the same flags)`,
            `  Report       ${file}.import.ndjson`,
            "",
          ].join("\n"),
        )
        const text = yield* read(failed)
        assert.strictEqual(
          text,
          [
            "id;name;Employees;_line;_problem",
            '2;Two;many;3;"numberOfEmployees ""many"" is not a whole number"',
            ';"No; id";1;4;id is required',
            ';;;5;"expected 3 cells, found 2; its cells are to the right: move each under its column";4;Four',
            "",
          ].join("\r\n"),
        )
        assert.deepEqual((yield* report()).map(({ row, s }) => `${row} ${s}`).toSorted(), [
          "1 created",
          "1 sent",
          "2 invalid",
          "3 invalid",
          "4 invalid",
        ])
        const untouched = yield* run(["--dry-run"], {}, failed)
        assert.include(untouched.stderr, "3 of 3 rows are invalid")
        yield* write(
          text
            .replace("many", "7")
            .replace("\n;", "\n3;")
            .replace(/^;;;5;.*$/m, "4;Four;;5;"),
          failed,
        )
        const corrected = yield* run([], {}, failed)
        assert.deepEqual([corrected.exitCode, corrected.stderr], [0, ""])
        assert.deepEqual(yield* held, ["1", "2", "3", "4"])
      }),
    )

    it.effect("gives back the objects that were refused, sends them again when it is run again", () =>
      Effect.gen(function* () {
        const { directory, faults, file, held, posts, read, run } = yield* importing(
          '{"id": "1", "name": "One"}\n{"id": "2", "name": "Two"}\n',
          "accounts.ndjson",
        )
        yield* faults.set([{ fault: "refusal", status: 400, method: "POST", accountId: "2" }])
        const ran = yield* run()
        assert.strictEqual(ran.exitCode, 6)
        assert.include(ran.stdout, "\n  failed             1  not created\n  ✖ 1 × ")
        const { _problem, ...row } = JSON.parse(yield* read(`${directory}/accounts.failed.ndjson`))
        assert.deepEqual(row, { id: "2", name: "Two", _line: 2 })
        assert.isNotEmpty(_problem)
        yield* faults.set([])
        const again = yield* run()
        assert.deepEqual(
          [again.exitCode, again.stderr],
          [0, `Resuming ${file}: 1 of 2 rows is already done, 1 that failed will be sent again.\n`],
        )
        assert.deepEqual(yield* held, ["1", "2"])
        assert.strictEqual(yield* posts, 3)
      }),
    )

    it.effect("leaves accounts that exist as they are: done with --if-exists skip, failed with fail", () =>
      Effect.gen(function* () {
        const { directory, read, report, run, store, write } = yield* importing(
          "id,name,plan\nd1,One,pro\nd2,Two,pro\n",
        )
        yield* run()
        yield* write("id,name,plan\nd1,Another,free\nd3,Three,pro\n")
        const skipped = yield* run(["--restart"])
        assert.deepEqual([skipped.exitCode, skipped.stderr], [0, ""])
        assert.match(
          skipped.stdout,
          /^✔ Created 1 of 2 rows .*\n {2}created +1\n {2}duplicate +1 {2}already in PX, left unchanged \(1 differs: name 1, plan 1\)\n {2}Differing {4}\S+accounts\.differs\.csv /,
        )
        assert.deepInclude(
          (yield* report()).find(({ s }) => s === "duplicate"),
          { id: "d1", differences: ["name", "plan"] },
        )
        assert.deepEqual((yield* read(`${directory}/accounts.differs.csv`)).split("\r\n"), [
          "line,id,field,file,px",
          "2,d1,name,Another,One",
          "2,d1,plan,free,pro",
          "",
        ])
        assert.deepInclude(JSON.parse((yield* run(["--json"])).stdout), {
          duplicate: 1,
          differing: 1,
          differingFields: { name: 1, plan: 1 },
          differingRows: null,
        })
        const failing = yield* run(["--restart", "--if-exists", "fail"])
        assert.strictEqual(failing.exitCode, 6)
        assert.match(failing.stdout, /^! Created 0 of 2 rows/)
        assert.include(failing.stdout, `\n  Existing     ${directory}/accounts.exists.csv  `)
        assert.deepEqual((yield* read(`${directory}/accounts.exists.csv`)).split("\r\n").slice(1).toSorted(), [
          "",
          "2,d1,name,Another,One",
          "2,d1,plan,free,pro",
          "3,d3,,,",
        ])
        assert.deepInclude((yield* store.get("d1"))?.account, { name: "One", plan: "pro" })
      }),
    )

    it.effect("halts at once when PX rejects the key, and shows the key nowhere", () =>
      Effect.gen(function* () {
        const { directory, file, files, posts, read, report, run, url } = yield* importing(`${rows(100)}x,\n`)
        const key = "wrong-4f1c8e0a7b52d93e-9e8f"
        const wrong = { env: { APTRINSIC_API_KEY: key } }
        const ran = yield* run(
          ["--skip-invalid", "--no-preflight", "--concurrency", "4", "--log-level", "debug"],
          wrong,
        )
        assert.strictEqual(ran.exitCode, 4)
        assert.strictEqual(
          still(ran.stdout),
          [
            "! Halted after 0 of 101 rows",
            "  created            0",
            "  invalid            1  not sent",
            "  not sent         100",
            "  ✖ Gainsight PX rejected the API key (401).",
            "    Key    …9e8f  (from $APTRINSIC_API_KEY)",
            `    Server ${url}  (from $APTRINSIC_BASE_URL)`,
            "    Check that the key belongs to this server.",
            `  Report       ${file}.import.ndjson`,
            "  Run the same command to continue.",
            "",
          ].join("\n"),
        )
        assert.isAtMost(yield* posts, 4)
        const json = yield* run(["--skip-invalid", "--no-preflight", "--json"], wrong)
        assert.strictEqual(json.exitCode, 4)
        assert.deepInclude(JSON.parse(json.stdout).halted, {
          kind: "Refused",
          message: "Gainsight PX rejected the API key (401).",
        })
        for (const steps of stepsByRow(yield* report()).values()) assert.include(["released", "invalid"], steps.at(-1))
        assert.strictEqual((yield* run(["--skip-invalid", "--log-level", "debug", ...fast])).exitCode, 6)
        let all = ran.stdout + ran.stderr + json.stdout
        for (const name of yield* files) all += yield* read(`${directory}/${name}`)
        assert.notInclude(all, key)
        assert.notInclude(all, canary)
      }),
    )

    it.effect("halts at a server that is not PX, and fails no row for it", () =>
      Effect.gen(function* () {
        const { faults, held, report, run, url } = yield* importing(rows(50))
        yield* faults.set([{ fault: "refusal", status: 404, html: true, method: "POST" }])
        const ran = yield* run()
        assert.strictEqual(ran.exitCode, 2)
        assert.include(ran.stdout, `\n    Server ${url}  (from $APTRINSIC_BASE_URL)\n`)
        assert.include(ran.stdout, "\n  not sent          50\n")
        assert.strictEqual(JSON.parse((yield* run(["--json"])).stdout).halted.kind, "WrongAddress")
        for (const steps of stepsByRow(yield* report()).values()) assert.strictEqual(steps.at(-1), "released")
        yield* faults.set([])
        assert.strictEqual((yield* run()).exitCode, 0)
        assert.strictEqual((yield* held).length, 50)
      }),
    )

    it.effect("halts with exit code 7 when the server cannot be reached", () =>
      Effect.gen(function* () {
        const { run } = yield* importing(rows(50))
        const ran = yield* run(["--outage", "1s"], { env: { APTRINSIC_BASE_URL: "http://127.0.0.1:1" } })
        assert.strictEqual(ran.exitCode, 7)
        assert.match(ran.stdout, /^! Halted after 0 of 50 rows/)
        // A request that was being made at the last moment may have left.
        assert.match(ran.stdout, /(\n {2}in doubt +\d+ .*)?\n {2}not sent +\d+\n {2}PX was away {2}\d+ s \(refused: /)
        assert.match(
          ran.stdout,
          /\n {2}✖ PX gave no usable answer for \d+ seconds?\. .*(refused|blocked).*\n {4}Server http:\/\/127\.0\.0\.1:1 /i,
        )
        assert.match(ran.stdout, /\n {2}Run the same command to continue\.\n$/)
      }),
    )

    it.effect("settles a row whose answer was lost when it is run again, without a second request to create it", () =>
      Effect.gen(function* () {
        const { faults, file, held, posts, report, run } = yield* importing(rows(2))
        yield* faults.set([
          { fault: "drop-after-commit", method: "POST", accountId: "a2", times: 1 },
          { fault: "server-error", operation: "get" },
        ])
        const ran = yield* run(["--outage", "1s", "--concurrency", "1"])
        assert.strictEqual(ran.exitCode, 7)
        assert.match(ran.stdout, /\n {2}in doubt +1 {2}may or may not be created; the next run finds out\n/)
        const before = yield* posts
        yield* faults.set([])
        const again = yield* run()
        assert.deepEqual(
          [again.exitCode, again.stderr],
          [0, `Resuming ${file}: 1 of 2 rows is already done, 1 sent without an answer will be checked.\n`],
        )
        assert.strictEqual(yield* posts, before)
        assert.deepEqual(yield* held, ["a1", "a2"])
        assert.deepInclude((yield* report()).at(-1), { s: "created", id: "a2", confirmed: true })
      }),
    )

    it.effect("ends with one outcome a row through trouble of all kinds", () =>
      Effect.gen(function* () {
        const { faults, held, report, run } = yield* importing(rows(150))
        // PX asks for a second of rest once, not with every burst.
        yield* faults.set(
          Faults.mixed(0.25).map((fault) => (fault.fault === "rate-limit-burst" ? { ...fault, times: 1 } : fault)),
        )
        const ran = yield* run(["--json", ...fast])
        assert.strictEqual(ran.exitCode, 0, ran.stdout)
        const document = JSON.parse(ran.stdout)
        assert.deepInclude(document, { ok: true, created: 150, duplicate: 0, failed: 0, inDoubt: 0, rateLimited: 1 })
        assert.isAbove(document.retries, 0)
        const lines = yield* report()
        // A row that meets trouble each time is let go, and sent again.
        for (const steps of stepsByRow(lines).values()) {
          assert.deepEqual(
            steps.filter((step) => step !== "sent" && step !== "released"),
            ["created"],
          )
        }
        assert.deepEqual(created(lines), yield* held)
      }),
    )

    it.effect("stops after --max-failures rows that failed", () =>
      Effect.gen(function* () {
        const { faults, file, held, run } = yield* importing(rows(100))
        yield* faults.set([{ fault: "refusal", status: 400, method: "POST" }])
        const ran = yield* run(["--max-failures", "3", "--concurrency", "1"])
        assert.strictEqual(ran.exitCode, 6)
        assert.match(ran.stdout, /\n {2}failed +3 {2}not created\n {2}not sent +97\n/)
        assert.match(ran.stdout, /\n {2}✖ 3 rows failed, as many as may\.\n {4}See why in the report\. /)
        yield* faults.set([])
        const again = yield* run(["--max-failures", "3", ...fast])
        assert.strictEqual(again.exitCode, 0)
        assert.include(
          again.stderr,
          `Resuming ${file}: 0 of 100 rows are already done, 3 that failed will be sent again.`,
        )
        assert.strictEqual((yield* held).length, 100)
      }),
    )

    it.effect("says first that the day's quota is too small, stops there, and continues with a larger one", () =>
      Effect.gen(function* () {
        const { directory, held, posts, run } = yield* importing(rows(30))
        const env = { XDG_STATE_HOME: `${directory}/state` }
        const ran = yield* run(["--daily-quota", "11"], { env })
        assert.strictEqual(ran.exitCode, 7)
        assert.match(
          ran.stderr,
          /^! This import takes 30 requests and the day's quota has 10 left: it will stop there\. .* raise --daily-quota\.\n$/,
        )
        assert.match(
          ran.stdout,
          /\n {2}not sent +20\n {2}✖ The day's quota of 11 requests is used up\.\n {4}It has room /,
        )
        assert.strictEqual(yield* posts, 10)
        const json = yield* run(["--daily-quota", "11", "--json"], { env })
        assert.deepEqual([json.exitCode, JSON.parse(json.stdout).halted.kind], [7, "DailyQuotaExhausted"])
        const again = yield* run(["--daily-quota", "32"], { env })
        assert.deepEqual([again.exitCode, (yield* held).length, yield* posts], [0, 30, 30])
      }),
    )

    it.effect("ends with a summary and not with 0 when the file is changed under it", () =>
      Effect.gen(function* () {
        const long = rows(400).replaceAll(/Account/g, "x".repeat(2000))
        for (const [end, why] of [
          ["", ""],
          ["\n\0", " It is not text: line 152 holds a zero byte."],
        ] as const) {
          const { file, held, posts, report, run, write } = yield* importing(long)
          const change = Effect.sync(() => {
            truncateSync(file, 300_000)
            appendFileSync(file, end)
          })
          const ran = yield* run(["--concurrency", "1", ...fast], { httpClient: layerBeforePost(21, change) })
          assert.strictEqual(ran.exitCode, 6)
          assert.strictEqual(
            ran.stderr,
            `! ${file} was changed while it was imported. Its report tells what was sent.${why}\n`,
          )
          assert.match(ran.stdout, /^! Created \d+ of 400 rows/)
          assert.match(ran.stdout, /\n {2}not sent +\d+\n/)
          assert.match(ran.stdout, /\n {2}Run the same command to import the file as it is now: .* by their ids\.\n$/)
          assert.deepEqual(created(yield* report()), yield* held)
          const before = yield* posts
          yield* write(`${long}z1,Last\n`)
          assert.strictEqual((yield* run(fast)).exitCode, 0)
          assert.strictEqual((yield* held).length, 401)
          const sent = created(yield* report(`${file}.import.ndjson.before`))
          assert.strictEqual(yield* posts, before + 401 - sent.length)
        }
      }),
    )

    it.effect("draws its progress on a terminal, as much of it as fits", () =>
      Effect.gen(function* () {
        const { faults, run } = yield* importing(rows(40))
        /** Imports on a terminal; requests wait until a part of the line was drawn. */
        const drawing = (
          part: string,
          columns: number,
          waiting: (drawn: Effect.Effect<unknown>) => ReturnType<typeof layerBefore>,
          args: ReadonlyArray<string> = [],
        ) => {
          const drawn = Latch.makeUnsafe()
          return run([...args, ...fast], {
            terminals: ["stderr"],
            columns,
            onDraw: (text) => void (text.includes(part) && drawn.openUnsafe()),
            httpClient: waiting(drawn.await),
          })
        }
        const wide = yield* drawing(" 39/40 ", 120, (drawn) => layerBeforePost(21, drawn))
        assert.strictEqual(wide.exitCode, 0)
        assert.match(
          wide.stderr,
          /\r\u001b\[2KImporting {2}9\d% {2}\d+\/s · \d+ s left {2}39\/40 {2}✔ 39 {2}= 0 {2}█{9,10}░?\r\u001b\[2K/,
        )
        const again = (part: string, columns: number) =>
          drawing(
            part,
            columns,
            (drawn) => layerBefore(({ url }) => (url.includes("/accounts/") ? drawn : Effect.void)),
            ["--restart"],
          )
        yield* faults.set([{ fault: "refusal", status: 422, method: "POST", times: 1 }])
        const narrow = yield* again("✖ 1", 50)
        assert.match(narrow.stderr, /\r\u001b\[2KImporting +\d+% {2}✖ 1 {2}[^█\r]*\r/)
        assert.notInclude(narrow.stderr, "█")
        const tiny = yield* again("Importing", 20)
        assert.match(tiny.stderr, /\r\u001b\[2KImporting +\d+%\r/)
        for (const env of [{ TERM: "dumb" }, { CI: "true" }]) {
          assert.notInclude((yield* run(["--restart", ...fast], { terminals: ["stderr"], env })).stderr, "\u001b")
        }
        const quiet = yield* run(["--restart", "--quiet", ...fast], { terminals: ["stderr"] })
        assert.strictEqual(quiet.stderr, "")
        assert.strictEqual(quiet.stdout, "")
      }),
    )
  },
)
