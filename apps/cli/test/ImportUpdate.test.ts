import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { shareOf } from "../src/commands/accounts/import/limits.ts"
import { aptrinsic, layerBefore, layerSandbox, offline, type Options } from "./support/aptrinsic.ts"
import { importing } from "./support/importing.ts"

const account = (id: string, more: object = {}) => ({ id, name: `The ${id}`, propertyKeys: ["AP-ONE-2"], ...more })

/** A file beside a PX with three accounts. */
const updating = Effect.fnUntraced(function* (content: string) {
  const found = yield* importing(content)
  const { log, run, store } = found
  for (const each of [account("a", { plan: "free" }), account("b", { plan: "pro" }), account("c")]) {
    yield* store.insert({ createDate: 1767225600000, account: each })
  }
  return {
    ...found,
    update: (args: ReadonlyArray<string> = [], options?: Options) => run(["--if-exists", "update", ...args], options),
    plans: Effect.map(store.list({ limit: 100 }), (all) =>
      Object.fromEntries(all.map((each) => [each.account.id, each.account.plan ?? null])),
    ),
    writes: Effect.map(log.entries(), (all) => all.map(({ method }) => method).filter((method) => method !== "GET")),
  }
})

const mixed = "id,name,plan\na,The a,pro\nb,The b,\nd,The d,free\nc,The c,free\n"
const held = { a: "free", b: "pro", c: null }
const wanted = { a: "pro", b: "pro", c: "free", d: "free" }
const terminal: Options = { terminals: ["stdin", "stderr"], env: { NO_COLOR: "1" } }

layer(layerSandbox({ limits: { perSecond: null } }), { excludeTestServices: true })("an import that updates", (it) => {
  it.effect("shows its plan on a terminal, and carries it out when that is confirmed", () =>
    Effect.gen(function* () {
      const { file, plans, report, update, writes } = yield* updating(mixed)
      const refused = yield* update(["--quiet"], { ...terminal, typed: ["n"] })
      assert.strictEqual(refused.exitCode, 3)
      assert.include(refused.stderr, `${file} would create 1 account and change 2. Nothing was sent.`)
      assert.include(refused.stderr, "  change               2  plan 2\n")
      assert.deepEqual([yield* plans, yield* writes], [held, []])

      const ran = yield* update([], { ...terminal, typed: ["y"] })
      assert.strictEqual(ran.exitCode, 0)
      for (const line of [
        `${file} compared with PX (1 request):`,
        "  create               1",
        "  change               2  plan 2",
        "  unchanged            1",
        '  line 2  a  plan: "free" -> "pro"',
        '  line 5  c  plan: not set -> "free"',
        "  Importing takes 3 requests: about 1 s at 100/s, less than 1 % of a day's quota of 1,000,000.",
        "Create 1 account and change 2?",
      ]) {
        assert.include(ran.stderr, line)
      }
      assert.match(
        ran.stdout,
        /^✔ Created 1 and updated 2 accounts in .*\n {2}created +1\n {2}updated +2\n {2}unchanged +1\n {2}Report .*\n$/,
      )
      assert.deepEqual(yield* plans, wanted)
      assert.sameMembers(
        (yield* report()).map(({ id, s }) => `${s} ${id}`),
        ["sent a", "updated a", "sent d", "created d", "sent c", "updated c"],
      )
    }),
  )

  it.effect("sends nothing where nobody can confirm, and everything with --yes", () =>
    Effect.gen(function* () {
      const { file, files, plans, update, writes } = yield* updating(mixed)
      const plain = yield* update()
      assert.deepEqual([plain.exitCode, plain.stdout], [3, ""])
      assert.include(plain.stderr, `✖ ${file} would create 1 account and change 2, which nobody confirmed. Nothing was`)
      assert.include(plain.stderr, "--yes carries the plan out")
      assert.include(plain.stderr, "--max-change-share 20%")
      const { error } = JSON.parse((yield* update(["--json"])).stdout)
      assert.strictEqual(error.code, "unconfirmed")
      assert.deepInclude(error.plan, { create: 1, change: 2, unchanged: 1, incomparable: 0, fields: { plan: 2 } })
      assert.strictEqual(error.plan.changes.length, 2)
      assert.deepEqual([yield* plans, yield* writes, yield* files], [held, [], ["accounts.csv"]])

      const ran = yield* update(["--yes", "--json"])
      assert.deepEqual([ran.exitCode, ran.stderr], [0, ""])
      assert.deepInclude(JSON.parse(ran.stdout), {
        ok: true,
        rows: 4,
        created: 1,
        updated: 2,
        unchanged: 1,
        remaining: 0,
        plan: { create: 1, change: 2, unchanged: 1, incomparable: 0, fields: { plan: 2 } },
        thisRun: { created: 1, updated: 2, duplicate: 0, failed: 0, inDoubt: 0 },
        requests: 5,
      })
      assert.deepEqual([yield* plans, (yield* writes).length], [wanted, 3])
      assert.deepEqual(yield* update(), {
        exitCode: 0,
        stdout: `= ${file}: PX holds all 4 rows as they are (1 request). Nothing was sent.\n`,
        stderr: "",
      })
    }),
  )

  it.effect("shows its plan in a dry run where a key is there, and says why it cannot", () =>
    Effect.gen(function* () {
      const { faults, file, plans, update, writes } = yield* updating(mixed)
      const { exitCode, stderr, stdout } = yield* update(["--dry-run"])
      assert.deepEqual([exitCode, stderr], [0, ""])
      assert.include(
        stdout,
        [
          `✔ ${file}: all 4 rows are valid. Nothing was sent.`,
          "  It was compared with PX (1 request):",
          "  create               1",
          "  change               2  plan 2",
          "  unchanged            1",
          '  line 2  a  plan: "free" -> "pro"',
          '  line 5  c  plan: not set -> "free"',
          '  line 4  d  create "The d"',
          "  Importing takes 3 requests: about 1 s at 100/s, less than 1 % of a day's quota of 1,000,000.",
          "  Column ",
        ].join("\n"),
      )
      const document = JSON.parse((yield* update(["--dry-run", "--json"])).stdout)
      assert.deepInclude(document, {
        dryRun: true,
        estimate: { requests: 3, seconds: 1, days: 1, dailyQuota: 1_000_000 },
        requests: 1,
      })
      assert.deepInclude(document.plan, { create: 1, change: 2, unchanged: 1, incomparable: 0 })

      const limited = yield* update(["--dry-run", "--max-changes", "1"])
      assert.strictEqual(limited.exitCode, 3)
      assert.include(limited.stderr, "\n  change               2  plan 2\n")
      assert.include(limited.stderr, "; 1 is allowed. Fields: plan 2. Nothing was sent.")
      const without = yield* update(["--dry-run"], { env: { APTRINSIC_API_KEY: "" } })
      assert.include(without.stdout, "\n  With an API key a dry run also asks PX, and shows what would be created")
      yield* faults.set([{ fault: "refusal", status: 401, operation: "list" }])
      const denied = yield* update(["--dry-run"])
      assert.strictEqual(denied.exitCode, 0)
      assert.include(denied.stdout, "\n  It was not compared with PX. Gainsight PX rejected the API key (401).\n")
      assert.deepEqual([yield* plans, yield* writes], [held, []])
    }),
  )

  it.effect("sends nothing when more would be overwritten or created than the limits allow", () =>
    Effect.gen(function* () {
      const { file, update, writes } = yield* updating(mixed)
      for (const [args, what] of [
        [["--max-changes", "1"], "2 of 3 accounts would be overwritten, 66.7 %; 1 is allowed. Fields: plan 2."],
        [["--max-change-share", "66%"], "2 of 3 accounts would be overwritten, 66.7 %; 66 % are allowed."],
        [["--max-creates", "0"], "1 account would be created; 0 are allowed."],
      ] as const) {
        const { exitCode, stderr } = yield* update(["--yes", ...args])
        assert.strictEqual(exitCode, 3)
        assert.include(stderr, `\n✖ ${file}: ${what}`)
        assert.include(stderr, "Nothing was sent.")
        assert.include(stderr, `Raise ${args[0] === "--max-creates" ? args[0] : "--max-changes or"}`)
      }
      const { stdout } = yield* update(["--yes", "--max-creates", "0", "--json"])
      assert.deepInclude(JSON.parse(stdout).error, { code: "limits" })
      assert.deepEqual(yield* writes, [])
      const within = ["--max-changes", "2", "--max-change-share", "67%", "--max-creates", "1"]
      assert.strictEqual((yield* update(["--yes", ...within])).exitCode, 0)
    }),
  )

  it.effect("allows exactly the share that is written", () =>
    Effect.sync(() => {
      const inexact = Array.from({ length: 1001 }, (_, tenths) => tenths).filter(
        (tenths) => shareOf(`${tenths / 10}%`) !== tenths / 1000,
      )
      assert.deepEqual(inexact, [])
    }),
  )

  it.effect("refuses limits where nothing is planned, and a share that is not one", () =>
    Effect.gen(function* () {
      const { requests, run } = yield* updating(mixed)
      for (const [args, what] of [
        [["--max-creates", "3"], "--max-creates needs --if-exists update"],
        [["--only", "plan"], "--only needs --if-exists update"],
        [["--yes"], "--yes needs --if-exists update"],
        [["--if-exists", "update", "--max-change-share", "20"], '--max-change-share is "20"'],
        [["--if-exists", "update", "--max-change-share", "101%"], '--max-change-share is "101%"'],
      ] as const) {
        const { exitCode, stderr } = yield* run(args)
        assert.strictEqual(exitCode, 2)
        assert.include(stderr, what)
      }
      assert.strictEqual(yield* requests, 0)
    }),
  )

  it.effect("overwrites the fields of --only alone, and never product keys with those of the environment", () =>
    Effect.gen(function* () {
      const { plans, store, update } = yield* updating("id,name,plan\na,Another,pro\nd,The d,free\n")
      assert.strictEqual((yield* update(["--yes", "--only", "name"])).exitCode, 0)
      assert.deepEqual(yield* plans, { ...held, d: "free" })
      const all = yield* store.list({ limit: 10 })
      assert.deepEqual(
        all.map(({ account: { id, name, propertyKeys } }) => [id, name, propertyKeys[0]]),
        [
          ["a", "Another", "AP-ONE-2"],
          ["b", "The b", "AP-ONE-2"],
          ["c", "The c", "AP-ONE-2"],
          ["d", "The d", "AP-TEST-2"],
        ],
      )
    }),
  )

  it.effect("continues a report that was broken off with a new plan, and puts one aside that is over", () =>
    Effect.gen(function* () {
      const { file, files, plans, report, store, update, writes } = yield* updating(mixed)
      const halted = yield* update(["--yes", "--daily-quota", "4", "--concurrency", "1"])
      assert.strictEqual(halted.exitCode, 7)
      assert.match(halted.stdout, /^! Halted after 2 of 3 accounts in /)
      assert.include(halted.stdout, "\n  not sent           1\n")
      assert.include(halted.stdout, "\n  Run the same command to continue.\n")
      const dry = yield* update(["--dry-run"])
      assert.include(dry.stdout, `  It continues ${file}.import.ndjson: 2 rows are already done.\n`)

      // One that the first run created is changed by the second, one that it changed is left alone.
      for (const id of ["a", "d"]) {
        yield* store.change(id, (stored) => ({ ...stored!, account: account(id, { plan: "gold" }) }))
      }
      const ran = yield* update(["--yes"])
      assert.strictEqual(ran.exitCode, 6)
      assert.include(ran.stderr, `Resuming ${file}: 2 of 4 rows are already done.\n`)
      assert.match(
        ran.stdout,
        /^! Updated 2 accounts in .*\n {2}updated +3 {2}1 of them in earlier runs\n {2}unchanged +1\n/,
      )
      assert.include(
        ran.stdout,
        "  ! 1 row: an earlier run was done with it, and PX holds something else since; --restart",
      )
      assert.deepEqual(
        [yield* plans, (yield* writes).toSorted()],
        [{ ...wanted, a: "gold" }, ["POST", "PUT", "PUT", "PUT"]],
      )
      assert.sameMembers(
        (yield* report()).filter(({ s }) => s.endsWith("ed")).map(({ id, s }) => `${s} ${id}`),
        ["updated a", "created d", "released c", "updated c", "updated d"],
      )

      assert.notInclude((yield* update(["--dry-run"])).stdout, "It continues")
      const next = yield* update(["--yes"])
      assert.strictEqual(next.exitCode, 0)
      assert.deepEqual([yield* plans, (yield* writes).length], [wanted, 5])
      assert.deepEqual(
        (yield* report()).map(({ id, s }) => `${s} ${id}`),
        ["sent a", "updated a"],
      )
      assert.lengthOf(yield* files, 3)
    }),
  )

  it.effect("leaves alone under --check-before-write what somebody changed since the plan was made", () =>
    Effect.gen(function* () {
      const { plans, read, store, update } = yield* updating(mixed)
      const httpClient = layerBefore(({ method, url }) =>
        method === "GET" && url.endsWith("/accounts/a")
          ? Effect.ignore(store.change("a", (stored) => ({ ...stored!, account: account("a", { plan: "gold" }) })))
          : Effect.void,
      )
      const ran = yield* update(["--yes", "--check-before-write"], { httpClient })
      assert.strictEqual(ran.exitCode, 6)
      assert.include(ran.stderr, "  Importing takes 5 requests")
      assert.include(ran.stdout, "  ✖ 1 × Somebody changed plan in PX since the plan was made; nothing was sent.")
      assert.deepEqual(yield* plans, { ...wanted, a: "gold" })
      assert.include(yield* read(), '"code":"Overtaken"')
    }),
  )

  it.effect("needs an id and what changes of accounts that exist, and creates none of that", () =>
    Effect.gen(function* () {
      const { directory, plans, read, run, update, writes } = yield* updating("id,plan\na,pro\nb,\nz,pro\n")
      const env = { APTRINSIC_PRODUCT_KEY: "" }
      const why = "PX has no such account, and none can be created: name is required; propertyKeys is required"
      const ran = yield* update(["--yes"], { env })
      assert.strictEqual(ran.exitCode, 6)
      assert.include(ran.stderr, `\n  line 4  z  ${why}\n`)
      assert.include(
        ran.stdout,
        `\n  updated            1\n  unchanged          1\n  invalid            1  not sent\n  ✖ 1 × ${why}\n`,
      )
      assert.deepEqual([yield* plans, yield* writes], [{ ...held, a: "pro" }, ["PUT"]])
      assert.strictEqual(
        yield* read(`${directory}/accounts.failed.csv`),
        `id,plan,_line,_problem\r\nz,pro,4,"${why}"\r\n`,
      )

      const again = yield* update(["--yes", "--json"], { env })
      assert.deepInclude(JSON.parse(again.stdout), { updated: 0, invalid: 1, reasons: [{ message: why, rows: 1 }] })
      const created = yield* run([], { env })
      assert.strictEqual(created.exitCode, 3)
      assert.include(created.stderr, "\n  name          is required and no column gives it")
    }),
  )

  it.effect("changes nothing of an account that is gone since the plan was made, and does not create it again", () =>
    Effect.gen(function* () {
      const { directory, faults, file, plans, read, report, update, writes } = yield* updating(mixed)
      // A sandbox deletes nothing: the account is in the list, and then neither call finds it.
      const gone = { fault: "refusal", status: 404, accountId: "a" } as const
      yield* faults.set([
        { ...gone, operation: "update" },
        { ...gone, operation: "get" },
      ])
      for (const args of [[], ["--restart", "--check-before-write"]]) {
        const ran = yield* update(["--yes", "--only", "plan", ...args])
        assert.strictEqual(ran.exitCode, 6)
        assert.include(
          ran.stdout,
          "\n  failed             1  neither created nor updated\n  ✖ 1 × No account has this id.\n",
        )
        assert.include((yield* report()).map(({ id, s }) => `${s} ${id}`).join(), "failed a")
        assert.match(yield* read(`${directory}/accounts.failed.csv`), /\r\na,The a,pro,2,No account has this id\.\r\n$/)
      }
      const told = yield* aptrinsic(["report", file, "--id", "a"], offline)
      assert.match(told.stdout, / {2}neither created nor updated {2}\(run /)
      const all = yield* aptrinsic(["report", file], offline)
      assert.match(all.stdout, /^ {2}failed +1 {2}neither created nor updated$/m)
      assert.deepEqual([yield* plans, (yield* writes).toSorted()], [{ ...wanted, a: "free" }, ["POST", "PUT", "PUT"]])
    }),
  )

  it.effect("leaves nothing to do of a row that failed, once PX holds what it says", () =>
    Effect.gen(function* () {
      const { directory, faults, file, report, update } = yield* updating("id,plan\na,pro\n")
      yield* faults.set([{ fault: "refusal", status: 400, operation: "update", accountId: "a" }])
      assert.strictEqual((yield* update(["--yes"])).exitCode, 6)
      yield* faults.set([])
      const other = `${directory}/other.ndjson`
      assert.strictEqual((yield* update(["--yes", "--report", other])).exitCode, 0)
      const { exitCode, stderr } = yield* update()
      const resuming = `Resuming ${file}: 0 of 1 row are already done, 1 that failed will be looked at again.\n`
      assert.deepEqual([exitCode, stderr], [0, resuming])
      assert.deepEqual(
        (yield* report()).map(({ id, s }) => `${s} ${id}`),
        ["sent a", "failed a", "released a"],
      )
    }),
  )

  it.effect("writes the rows to a file that are invalid or fail, and ends with 6", () =>
    Effect.gen(function* () {
      const { directory, faults, plans, read, update } = yield* updating(`${mixed}e,,pro\n`)
      yield* faults.set([{ fault: "refusal", status: 400, operation: "update", accountId: "a" }])
      const ran = yield* update(["--yes", "--skip-invalid"])
      assert.strictEqual(ran.exitCode, 6)
      assert.match(ran.stdout, /^! Created 1 and updated 1 accounts? in /)
      assert.include(
        ran.stdout,
        "\n  invalid            1  not sent\n  failed             1  neither created nor updated\n",
      )
      assert.deepEqual(yield* plans, { ...wanted, a: "free" })
      const failed = yield* read(`${directory}/accounts.failed.csv`)
      assert.deepEqual(
        failed
          .trimEnd()
          .split("\n")
          .slice(1)
          .map((line) => line.split(",")[0]),
        ["a", "e"],
      )
    }),
  )
})
