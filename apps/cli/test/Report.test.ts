import { execFileSync } from "node:child_process"
import { assert, layer } from "@effect/vitest"
import * as CliOutput from "effect/cli/CliOutput"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { aptrinsic, layerSandbox, offline } from "./support/aptrinsic.ts"
import { importing, rows } from "./support/importing.ts"
import { isDeno } from "./support/runtime.ts"

interface Summary {
  readonly state: string
  readonly counts: Readonly<Record<string, number>>
  readonly recovered: number
  readonly requestCount: number
  readonly requests: ReadonlyArray<{ readonly request: string; readonly answer: string; readonly count: number }>
  readonly runs: ReadonlyArray<{ readonly state: string; readonly rateLimited: number }>
  readonly pauseReasons: ReadonlyArray<{ readonly reason: string; readonly count: number }>
  readonly intervals: ReadonlyArray<{
    readonly rows: { readonly created: number }
    readonly requests: number
    readonly limit?: number
  }>
  readonly quota?: { readonly perDay: number; readonly remaining: number }
}

const report = (file: string, ...args: ReadonlyArray<string>) => aptrinsic(["report", file, ...args], offline)

const summaryOf = (file: string) => Effect.map(report(file, "--json"), ({ stdout }) => JSON.parse(stdout) as Summary)

/** What a client on Deno gets of an answer that a server on Deno drops, and one on Node. */
const dropped = isDeno ? "101" : "lost"

/** A file of which two rows are invalid, one is refused and one loses its answer, imported and then stopped by its quota; and all of it again. */
const imported = Effect.gen(function* () {
  const folder = yield* importing(rows(30).replace("a7,Account 7", "a7,").replace("a9,Account 9", "a9,"))
  yield* folder.faults.set([
    { fault: "refusal", status: 400, method: "POST", accountId: "a3" },
    { fault: "drop-after-commit", method: "POST", accountId: "a5", times: 1 },
    { fault: "rate-limit-burst", method: "POST", requests: 1, retryAfter: 1, after: 12, times: 1 },
  ])
  yield* folder.run(["--skip-invalid", "--daily-quota", "20", "--concurrency", "4"])
  yield* folder.run(["--skip-invalid", "--concurrency", "4"])
  return folder
})

/** One import for all tests that only read its report; the first of them asks the sandbox, too. */
class Imported extends Context.Service<Imported, Effect.Success<typeof imported>>()("Imported") {
  static readonly layer = Layer.effect(this, imported)
}

const layerImported = Imported.layer.pipe(
  Layer.provideMerge(layerSandbox({ limits: { perSecond: null } })),
  Layer.orDie,
)

layer(layerImported, { excludeTestServices: true })("aptrinsic report", (it) => {
  it.effect("answers from the report alone what became of the rows, what was sent, and how each run ended", () =>
    Effect.gen(function* () {
      const { file, held, log, posts, requests } = yield* Imported
      const summary = yield* summaryOf(file)
      assert.deepInclude(summary.counts, { created: (yield* held).length, failed: 1, invalid: 2, remaining: 0 })
      assert.strictEqual(summary.state, "incomplete")
      assert.strictEqual(summary.requestCount, yield* requests)
      assert.strictEqual(
        summary.requests.reduce((sum, { count }) => sum + count, 0),
        summary.requestCount,
      )
      const sent = summary.requests.filter(({ request }) => request === "POST")
      assert.strictEqual(
        sent.reduce((sum, { count }) => sum + count, 0),
        yield* posts,
      )
      const rejected = (yield* log.entries()).filter(({ status }) => status === 429).length
      assert.strictEqual(sent.find(({ answer }) => answer === "429")?.count, rejected)
      assert.strictEqual(sent.find(({ answer }) => answer === dropped)?.count, 1)
      assert.deepEqual(
        summary.runs.map(({ state }) => state),
        ["DailyQuotaExhausted", "done"],
      )
      assert.isAtLeast(summary.pauseReasons.find(({ reason }) => reason === "429")?.count ?? 0, 1)
      const perInterval = summary.intervals.reduce((sum, { rows: ended }) => sum + ended.created, 0)
      assert.strictEqual(perInterval, summary.counts["created"])
      assert.include(
        summary.intervals.map(({ limit }) => limit),
        100,
      )
      assert.deepInclude(summary.quota, { perDay: 1_000_000 })
      assert.isBelow(summary.quota!.remaining, 1_000_000)
    }),
  )

  const shows = Effect.fnUntraced(function* (expected: ReadonlyArray<RegExp>) {
    const { exitCode, stderr, stdout } = yield* report((yield* Imported).file)
    assert.deepEqual([exitCode, stderr], [0, ""])
    for (const each of expected) assert.match(stdout, each)
    return stdout
  })

  it.effect("shows on a terminal whether all rows are in PX, and which are left for which reason", () =>
    Effect.gen(function* () {
      const { file } = yield* Imported
      const stdout = yield* shows([
        /^Import of accounts\.csv to http/m,
        /^! 3 of 30 rows are left$/m,
        /2 × name .*\[required\]\n +line 8 a7, line 10 a9/,
        /1 × .*\[BadRequest\]\n +line 4 a3/,
      ])
      assert.strictEqual((yield* report(`${file}.import.ndjson`)).stdout, stdout)
      assert.strictEqual((yield* report(file, "--exit-code")).exitCode, 6)
      if (process.platform === "win32") return
      yield* FileSystem.FileSystem.use((fs) => fs.symlink(`${file}.import.ndjson`, `${file}.latest`))
      assert.strictEqual((yield* report(`${file}.latest`)).stdout, stdout)
    }),
  )

  it.effect("shows how many rows ended in each interval", () =>
    shows([/^Rows a second, in UTC\n(?: {2}\d\d:\d\d:\d\d {2}█* +\d+ {2}\d+\/s .*\n)+/m]),
  )

  it.effect("shows how often PX pushed back, and what the requests got", () =>
    shows([
      /requests +\d+ {2}.*POST 201/,
      /1 POST 429/,
      new RegExp(`1 POST ${dropped}`),
      /PX asked to wait once, .* \(429\)/,
    ]),
  )

  it.effect("shows what each run did: when, how much, with which flags, and how it ended", () =>
    shows([
      / 1 {2}\d{4}-\d\d-\d\d \d\d:\d\d .*: halted \(DailyQuotaExhausted\)\n +\d+ rows .*\n.*\n +aptrinsic .* dailyQuota=20/,
      / 2 {2}.*: came to its end\n/,
    ]),
  )

  it.effect("prints the rows that are left as CSV, with the cell of each", () =>
    Effect.gen(function* () {
      const { file } = yield* Imported
      const { stdout } = yield* report(file, "--failed")
      const [head, ...lines] = stdout.trimEnd().split("\n")
      assert.strictEqual(head, "file,line,row,id,state,code,field,column,message")
      assert.deepEqual(lines.map((line) => line.split(",").slice(0, 8).join(",")).toSorted(), [
        "accounts.csv,10,9,a9,invalid,required,name,name",
        "accounts.csv,4,3,a3,failed,BadRequest,,",
        "accounts.csv,8,7,a7,invalid,required,name,name",
      ])
      assert.strictEqual((yield* report(file, "--failed", "--json")).exitCode, 2)
    }),
  )

  it.effect("tells the history of a row: sent, lost, looked up, created", () =>
    Effect.gen(function* () {
      const { file } = yield* Imported
      const byId = yield* report(file, "--id", "a5")
      assert.match(
        byId.stdout,
        new RegExp(
          String.raw`^a5 \(row 5, line 6\), in UTC\n.*sent.*\n.*created.*\n +POST: ${dropped}.*\n +looked up: 200`,
        ),
      )
      assert.strictEqual((yield* report(file, "--row", "5")).stdout, byId.stdout)
      assert.strictEqual((yield* report(file, "--line", "6")).stdout, byId.stdout)
      assert.match((yield* report(file, "--id", "a7")).stdout, /invalid, not sent.*\n +name: .*\[required\]/)
      assert.strictEqual((yield* report(file, "--id", "nobody")).exitCode, 5)
      assert.strictEqual((yield* report(file, "--id", "a5", "--row", "5")).exitCode, 2)
    }),
  )

  it.effect("says that all is in once the file of failed rows was imported, and so does the list of the folder", () =>
    Effect.gen(function* () {
      const { directory, file, read, run, write, faults } = yield* imported
      yield* faults.set([])
      const before = yield* aptrinsic(["imports", directory], offline)
      assert.match(before.stdout, /^accounts\.csv\.import\.ndjson .* 30 rows {2}! 3 left/m)
      const failed = `${directory}/accounts.failed.csv`
      yield* write((yield* read(failed)).replace("a7,", "a7,Seven").replace("a9,", "a9,Nine"), failed)
      yield* run([], {}, failed)
      const summary = yield* summaryOf(file)
      assert.deepEqual([summary.state, summary.recovered], ["complete", 3])
      const { stdout } = yield* report(file)
      assert.match(stdout, /^✔ All 30 rows are in PX\n {2}created +30 {2}3 by files of failed rows$/m)
      assert.strictEqual((yield* report(file, "--exit-code")).exitCode, 0)
      for (const own of [failed, `${failed}.import.ndjson`]) {
        assert.strictEqual((yield* report(file, "--html", own)).exitCode, 2)
      }
      const listed = yield* aptrinsic(["imports", directory, "--json"], offline)
      const { imports } = JSON.parse(listed.stdout) as { readonly imports: ReadonlyArray<Record<string, unknown>> }
      assert.deepEqual(
        imports.map(({ report: name, rows: many, state }) => [name, many, state]),
        [
          ["accounts.failed.csv.import.ndjson", 3, "complete"],
          ["accounts.csv.import.ndjson", 30, "complete"],
        ],
      )
    }).pipe(Effect.scoped),
  )

  it.effect("says of an update that was killed that rows may be left which no line names", () =>
    Effect.gen(function* () {
      const { file, read, requests, run, write } = yield* importing(rows(4))
      const before = yield* requests
      yield* run(["--if-exists", "update", "--yes", "--concurrency", "1"])
      const asked = (yield* requests) - before - 4
      const firstRow = (yield* read()).split("\n").slice(0, 4)
      yield* write(`${firstRow.join("\n")}\n`, `${file}.import.ndjson`)
      const { stdout } = yield* report(file)
      assert.include(stdout, "! Up to 3 of 4 rows are left\n")
      assert.match(stdout, /\n {2}not known +3 {2}unchanged or not sent: a run says at its end which\n/)
      // What its plan took is known, too.
      assert.deepInclude((yield* summaryOf(file)).requests, { request: "before", answer: "any", count: asked })
    }),
  )

  it.effect("refuses what is not a report, and shows names of files so that no terminal obeys them", () =>
    Effect.gen(function* () {
      const { directory, write } = yield* importing("id,name\n", "list.ndjson")
      const none = yield* report(`${directory}/nothing.csv`)
      assert.deepEqual([none.exitCode, none.stdout], [2, ""])
      assert.match(none.stderr, /nothing\.csv is not there, and neither is .*nothing\.csv\.import\.ndjson/)
      assert.match((yield* report(`${directory}/list.ndjson`)).stderr, /is not the report of an import/)
      const gone = yield* report(`${directory}/gone.csv.import.ndjson`, "--json")
      assert.strictEqual(gone.exitCode, 2)
      assert.deepInclude(JSON.parse(gone.stdout).error, {
        code: "journal",
        message: `${directory}/gone.csv.import.ndjson: there is no such file or directory.`,
        hint: "Solve that and run it again; 'aptrinsic imports' lists the reports of a folder.",
      })
      const folder = yield* report(directory)
      assert.deepEqual([folder.exitCode, folder.stdout], [2, ""])
      assert.match(folder.stderr, /is a folder\.\n +'aptrinsic imports FOLDER' lists the reports of one\./)
      if (process.platform !== "win32") execFileSync("mkfifo", [`${directory}/endless.ndjson`])
      assert.match((yield* aptrinsic(["imports", directory], offline)).stdout, /has no report of an import/)
      const evil = `${directory}/a\u001b[31m\u202eb.ndjson`
      yield* write('{"v":9,"kind":"aptrinsic.import"}\n', evil)
      const newer = yield* report(evil)
      assert.strictEqual(newer.exitCode, 2)
      assert.match(
        newer.stderr,
        /a\\u\{1b\}\[31m\\u\{202e\}b\.ndjson was written by a newer version of this program\.\n {2}Update aptrinsic\.\n$/,
      )
      yield* (yield* FileSystem.FileSystem).remove(evil)
    }).pipe(Effect.scoped),
  )

  it.effect("lists a report that cannot be read with the reason, in columns whatever the names", () =>
    Effect.gen(function* () {
      const { directory, write } = yield* importing("id,name\n", "list.ndjson")
      yield* write("", `${directory}/顧客.csv.import.ndjson`)
      yield* write("", `${directory}/empty.csv.import.ndjson`)
      yield* write("\u0000garbage\n", `${directory}/garbage.csv.sandbox.ndjson`)
      yield* write('{"v":4,"kind":"aptrinsic.import"}\n', `${directory}/torn.ndjson`)
      yield* write('{"v":9,"kind":"aptrinsic.import"}\n', `${directory}/newer.ndjson`)
      const { exitCode, stdout } = yield* aptrinsic(["imports", directory], offline)
      assert.deepStrictEqual(
        stdout
          .replaceAll(`${directory}/`, "")
          .trimEnd()
          .split("\n")
          .map((line) => line.replace(/ +/, " "))
          .toSorted(),
        [
          "empty.csv.import.ndjson ✖ It is empty.",
          "garbage.csv.sandbox.ndjson ✖ It does not begin as a report does.",
          "newer.ndjson ✖ newer.ndjson was written by a newer version of this program.",
          "torn.ndjson ✖ torn.ndjson: its first line, which says what it is the report of, is not as it was written.",
          "顧客.csv.import.ndjson ✖ It is empty.",
        ],
      )
      const columns = stdout
        .trimEnd()
        .split("\n")
        .map((line) => CliOutput.displayWidth(line.slice(0, line.indexOf("✖"))))
      assert.lengthOf([...new Set(columns)], 1, stdout)
      assert.strictEqual(exitCode, 0)
    }).pipe(Effect.scoped),
  )

  it.effect("writes it to a page, in the place of no file that it reads", () =>
    Effect.gen(function* () {
      const { directory, file } = yield* Imported
      const html = `${directory}/report.html`
      const { exitCode, stdout } = yield* report(file, "--html", html)
      assert.strictEqual(exitCode, 0)
      assert.include(stdout, `${html} shows it in a browser`)
      const page = yield* FileSystem.FileSystem.use((fs) => fs.readFileString(html))
      const carried = /<script type="application\/json" id="data">(.*)<\/script>/.exec(page)
      const { kind, summary } = JSON.parse(carried?.[1] ?? "")
      const { counts, runs } = yield* summaryOf(file)
      assert.deepEqual([kind, summary.counts, summary.runs], ["report", counts, runs])
      for (const own of [file, `${file}.import.ndjson`]) {
        const refused = yield* report(`${file}.import.ndjson`, "--html", own)
        assert.strictEqual(refused.exitCode, 2)
        assert.include(refused.stderr, "--html names a report, or a file that was imported.")
      }
      assert.match((yield* report(file, "--html", directory)).stderr, /is not a file\.\n {2}Name a file\.\n$/)
      assert.strictEqual((yield* report(file, "--html", html, "--failed")).exitCode, 2)
    }),
  )
})
