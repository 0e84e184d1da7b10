import { assert, describe, it, layer } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Latch from "effect/Latch"
import * as PlatformError from "effect/PlatformError"
import * as Stream from "effect/Stream"
import * as Differing from "../src/commands/accounts/import/differing.ts"
import * as summary from "../src/commands/accounts/import/summary.ts"
import * as Tally from "../src/commands/accounts/import/Tally.ts"
import { layerBeforePost, layerSandbox } from "./support/aptrinsic.ts"
import { importing, rows } from "./support/importing.ts"

/** More than the sandbox can answer. */
const fast = ["--rate", "2000"]

/** So many rows that their file is not read in one piece. */
const long = rows(200).replaceAll(/Account/g, "x".repeat(2000))

/** A file system that loses a file in its fourth reading, after those of its head, its header and its check: while it is sent. */
const losing = Effect.fnUntraced(function* (file: string, code: string) {
  const fs = yield* FileSystem.FileSystem
  let readings = 0
  const lost = Stream.fail(
    PlatformError.systemError({ _tag: "Unknown", module: "FileSystem", method: "read", cause: { code } }),
  )
  return FileSystem.FileSystem.of({
    ...fs,
    stream: (path, options) =>
      Stream.suspend(() => {
        const bytes = fs.stream(path, options)
        return path === file && ++readings === 4 ? Stream.concat(Stream.take(bytes, 2), lost) : bytes
      }),
  })
})

// The pace is tested elsewhere; here it would only take its time.
layer(layerSandbox({ limits: { perSecond: null } }), { excludeTestServices: true })("an import in trouble", (it) => {
  it.effect("waits until PX answers again, tells what it waits for, and how long PX was away", () =>
    Effect.gen(function* () {
      const { faults, held, run } = yield* importing(rows(60))
      yield* faults.set([{ fault: "server-error", after: 20 }])
      const told = Latch.makeUnsafe()
      const running = yield* Effect.forkChild(
        run(["--concurrency", "4"], {
          terminals: ["stderr"],
          onDraw: (text) => void (/no answer from PX for \d+ s \(503\)/.test(text) && told.openUnsafe()),
        }),
      )
      yield* told.await
      yield* faults.set([])
      const ran = yield* Fiber.join(running)
      assert.strictEqual(ran.exitCode, 0, ran.stdout)
      assert.match(ran.stderr, /\r\u001b\[2KImporting +\d+% {2}no answer from PX for \d+ s \(503\) {2}\d+\/60 {2}✔ /)
      assert.match(ran.stdout, /^✔ Created 60 of 60 rows .*\n {2}created +60\n {2}PX was away {2}\d+ s \(503\)\n/)
      assert.lengthOf(yield* held, 60)
    }),
  )

  it.effect("tells outages in its document", () =>
    Effect.gen(function* () {
      const { faults, run } = yield* importing(rows(10))
      yield* faults.set([{ fault: "drop-before-commit" }])
      // Each of the ten may lose its answer, and is looked up for as long as a call may take.
      const ran = yield* run(["--json", "--outage", "0s"], { env: { APTRINSIC_TOTAL_TIMEOUT: "2 seconds" } })
      assert.strictEqual(ran.exitCode, 7)
      const { halted, outages, ...document } = JSON.parse(ran.stdout)
      assert.deepInclude(document, { ok: false, failed: 0, created: 0 })
      assert.strictEqual(document.inDoubt + document.remaining, 10)
      assert.strictEqual(halted.kind, "Unreachable")
      assert.lengthOf(outages, 1)
      assert.match(outages[0].since, /^20\d\d-.*Z$/)
      assert.isAbove(outages[0].durationMs, 0)
      // On `Deno.serve` a connection that drops sends an interim 101 first; the last lookup may have no time left.
      assert.match(outages[0].reason, /^(lost: |timeout: |101$)/)
    }),
  )

  it.effect("halts after --outage though the server hangs, and settles what it did when it is run again", () =>
    Effect.gen(function* () {
      const { faults, held, run } = yield* importing(rows(5))
      // The outage begins with the second request, so that both have left.
      yield* faults.set([
        { fault: "server-error", method: "POST", after: 1, times: 1 },
        { fault: "no-answer", committed: true },
      ])
      const ran = yield* run(["--json", "--outage", "1s", "--concurrency", "2"])
      assert.strictEqual(ran.exitCode, 7)
      const { durationMs, halted, inDoubt, remaining } = JSON.parse(ran.stdout)
      assert.isBelow(durationMs, 25_000, "a request alone would wait for 30 seconds")
      assert.deepEqual([halted.kind, inDoubt, remaining], ["Unreachable", 2, 3])
      yield* faults.set([])
      const again = yield* run()
      assert.strictEqual(again.exitCode, 0, again.stdout)
      assert.lengthOf(yield* held, 5)
    }),
  )

  it.effect("refuses an --outage that is not a time", () =>
    Effect.gen(function* () {
      const { run } = yield* importing(rows(1))
      const ran = yield* run(["--outage", "soon"])
      assert.deepEqual([ran.exitCode, ran.stderr], [2, '✖ --outage is "soon"; it must be a time such as 15m or 2h.\n'])
    }),
  )

  it.effect("fails the one row whose content is refused with 403, and imports the others", () =>
    Effect.gen(function* () {
      const { faults, held, run } = yield* importing(rows(30))
      yield* faults.set([{ fault: "refusal", status: 403, html: true, method: "POST", accountId: "a20" }])
      const ran = yield* run(["--concurrency", "2"])
      assert.strictEqual(ran.exitCode, 6)
      assert.match(ran.stdout, /\n {2}created +29\n {2}failed +1 {2}not created\n {2}✖ 1 × .*\(403\)/)
      assert.lengthOf(yield* held, 29)
    }),
  )

  it.effect("halts when the first fifty rows fail for one reason, and says how to go on", () =>
    Effect.gen(function* () {
      const { faults, posts, run } = yield* importing(rows(200))
      yield* faults.set([{ fault: "refusal", status: 422, method: "POST" }])
      const ran = yield* run(["--concurrency", "1", ...fast])
      assert.strictEqual(ran.exitCode, 6)
      assert.strictEqual(yield* posts, 50)
      assert.match(
        ran.stdout,
        /\n {2}✖ The first 50 rows of this run all failed for one reason: .*\n {4}Correct the common cause .* --max-failures N\.\n/,
      )
    }),
  )

  it.effect("is done when the file is deleted or replaced after it was read: what was sent is what was checked", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      for (const [what, replace] of [
        ["deleted", (file: string) => fs.remove(file)],
        [
          "replaced",
          (file: string) => Effect.andThen(fs.writeFileString(`${file}.new`, "id\n"), fs.rename(`${file}.new`, file)),
        ],
      ] as const) {
        const { file, held, run } = yield* importing(long)
        const ran = yield* run(["--concurrency", "1", ...fast], {
          httpClient: layerBeforePost(21, Effect.orDie(replace(file))),
        })
        assert.deepEqual([ran.exitCode, ran.stderr], [0, ""], what)
        assert.lengthOf(yield* held, 200)
      }
    }),
  )

  it.effect("says that the file cannot be read on, and why, instead of that it was changed", () =>
    Effect.gen(function* () {
      for (const code of ["EIO", "EMFILE", "ESTALE"]) {
        const { file, held, run } = yield* importing(long)
        const ran = yield* run(fast).pipe(Effect.provideService(FileSystem.FileSystem, yield* losing(file, code)))
        assert.deepEqual([ran.exitCode, ran.stderr], [7, ""], ran.stdout)
        assert.match(ran.stdout, /^! Halted after \d+ of 200 rows/)
        assert.match(ran.stdout, /\n {2}✖ \S+accounts\.csv cannot be read: .*\n {4}\w/)
        assert.match(ran.stdout, /\n {2}Run the same command to continue\.\n$/)
        assert.notMatch(ran.stdout, /changed|anew|another run/)
        const again = yield* run(fast)
        assert.deepEqual([again.exitCode, (yield* held).length], [0, 200])
      }
    }),
  )

  it.effect("names the flag of a file that cannot be written, and why it cannot", () =>
    Effect.gen(function* () {
      const { directory, posts, run } = yield* importing(rows(1))
      const name = `${directory}/${"n".repeat(300)}`
      for (const [flag, path, why] of [
        ["--problems", name, "its name is too long for this disk"],
        ["--save-mapping", name, "its name is too long for this disk"],
        ["--save-mapping", directory, "it is a directory"],
      ] as const) {
        const ran = yield* run([flag, path])
        assert.strictEqual(ran.exitCode, 2)
        assert.include(ran.stderr, path.slice(0, 150))
        assert.include(ran.stderr, ` cannot be written: ${why}.\n  Name another file with ${flag}.\n`)
      }
      assert.strictEqual(yield* posts, 0)
    }),
  )
})

describe("the summary of an import", () => {
  it("tells accounts that PX keeps otherwise than they were sent", () => {
    const tally = Tally.make(2, 0, () => undefined)
    tally.count({
      _tag: "Ended",
      outcome: { _tag: "Created", row: 1, id: "a", confirmed: true, differences: ["plan"] },
    })
    tally.count({ _tag: "Ended", outcome: { _tag: "Created", row: 2, id: "b", confirmed: false } })
    const none = { Created: 0, Updated: 0, Duplicate: 0, Failed: 0, InDoubt: 0, Invalid: 0 }
    const { document, lines } = summary.conclusion(
      {
        args: { file: "a.csv", ifExists: "skip" } as never,
        label: "a.csv",
        summary: { rows: 2, valid: 2, invalid: 0, warningCount: 0 } as never,
        unchanged: 0,
        plan: undefined,
        totals: { ...none, Created: 2 },
        before: none,
        contradictions: { count: 0, first: [] },
        changedRows: 0,
        remaining: 0,
        elapsed: 1000,
        interrupted: false,
        isChanged: false,
        outages: [
          { since: DateTime.makeUnsafe(0), duration: Duration.minutes(1), reason: "503" },
          { since: DateTime.makeUnsafe(90_000), duration: Duration.seconds(5), reason: `lost: ${"x".repeat(100)}` },
        ],
        reportPath: "a.csv.import.ndjson",
        remainingToday: 998,
        failedRows: undefined,
        differing: Differing.none,
        halted: undefined,
        target: "https://api.aptrinsic.com",
      },
      tally,
      (_, text) => text,
    )
    assert.deepEqual(lines, [
      "✔ Created 2 of 2 rows in 1 s (2/s)",
      "  created            2",
      `  PX was away  2 times, in all 1 min 5 s (lost: ${"x".repeat(41)}…)`,
      '  ! PX keeps some fields of 1 created account differently than sent: see "differences" in the report',
      "  Report       a.csv.import.ndjson",
    ])
    assert.deepInclude(document, { created: 2, keptOtherwise: 1 })
  })
})
