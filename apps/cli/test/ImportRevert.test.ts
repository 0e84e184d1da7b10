import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { aptrinsic, canary, layerSandbox, offline, type Options } from "./support/aptrinsic.ts"
import { importing } from "./support/importing.ts"

const account = (id: string, more: object = {}) => ({ id, name: `The ${id}`, propertyKeys: ["AP-ONE-2"], ...more })

const content = "id,name,plan,csm\na,The a,pro,lenny\nb,The b,pro,\nc,The c,pro,\nd,The d,pro,\n"

/** An import that changed three accounts and created one, and the way back from it. */
const reverting = Effect.gen(function* () {
  const found = yield* importing(content)
  const { file, run, store, url } = found
  for (const each of [account("a", { plan: "free" }), account("b", { plan: "free" }), account("c")]) {
    yield* store.insert({ createDate: 1767225600000, account: each })
  }
  yield* run(["--if-exists", "update", "--yes"])
  const revert = (args: ReadonlyArray<string> = [], options: Options = {}, report = `${file}.import.ndjson`) =>
    aptrinsic(["accounts", "import", "--revert", report, ...args], {
      ...options,
      env: { NO_COLOR: "1", APTRINSIC_API_KEY: canary, APTRINSIC_BASE_URL: url, APTRINSIC_RETRY_DELAY: "1 millis" },
    })
  const plans = Effect.map(store.list({ limit: 100 }), (all) =>
    Object.fromEntries(all.map((each) => [each.account.id, each.account.plan ?? null])),
  )
  const own = `${file}.import.revert.ndjson`
  return { ...found, revert, plans, own }
})

const told = (...args: ReadonlyArray<string>) =>
  Effect.map(aptrinsic(["report", ...args], offline), ({ stdout }) => stdout)

const imported = { a: "pro", b: "pro", c: "pro", d: "pro" }

layer(layerSandbox({ limits: { perSecond: null } }), { excludeTestServices: true })("the way back", (it) => {
  it.effect("sets back what the report says once it is confirmed, and names what it cannot", () =>
    Effect.gen(function* () {
      const { directory, file, files, own, plans, report, revert, store } = yield* reverting
      yield* store.change("b", (stored) => ({ ...stored!, account: account("b", { plan: "gold" }) }))
      const plain = yield* revert()
      assert.strictEqual(plain.exitCode, 3)
      assert.include(plain.stderr, `✖ ${file}.import.ndjson would set 1 account back, which nobody confirmed. Nothing`)
      const limited = yield* revert(["--yes", "--max-changes", "0"])
      assert.strictEqual(limited.exitCode, 3)
      const dry = yield* revert(["--dry-run"])
      assert.strictEqual(dry.exitCode, 0)
      assert.include(dry.stdout, '\n  line 2  a  plan: "pro" -> "free"\n')
      assert.notInclude(yield* files, "accounts.csv.import.revert.ndjson")
      assert.deepEqual(yield* plans, { ...imported, b: "gold" })

      const ran = yield* revert([], { terminals: ["stdin", "stderr"], typed: ["y"] })
      assert.strictEqual(ran.exitCode, 6)
      assert.include(ran.stderr, "Set 1 account back?")
      assert.match(
        ran.stdout,
        /^! Set 1 account back in .*\n {2}set back +1\n {2}left alone +2 {2}the report says why\n/,
      )
      for (const line of [
        "  not deleted        1  created by the import: nothing is deleted",
        "  not cleared        2  csm 1, plan 1: not set before, and no call is known to clear a field",
        "  changed since      1  plan 1: left as somebody else set it",
      ]) {
        assert.include(ran.stdout, `\n${line}\n`)
      }
      assert.deepEqual(yield* plans, { a: "free", b: "gold", c: "pro", d: "pro" })
      assert.sameMembers(
        (yield* report(own)).map(({ id, s }) => `${s} ${id}`),
        ["sent a", "updated a", "invalid b", "invalid c"],
      )
      // Both reports say so.
      const back = yield* told(own)
      assert.match(
        back,
        /^Way back from accounts\.csv\.import\.ndjson in http.*\n! 1 of 3 accounts is set back\n {2}set back +1 .*plan 1\n {2}left alone +2 {2}for the reasons below\n {2}not deleted +1 .*\n {2}not cleared +2 .*\n {2}changed since +1 .*\n\nAccounts that are not set back, by reason\n/,
      )
      assert.match(
        yield* told(own, "--id", "a"),
        /sent {2}\(run 1, the way back from accounts\.csv\.import\.ndjson\)\n +plan: PX "pro", set back to "free"\n.* set back /,
      )
      assert.match(
        yield* told(file, "--id", "c"),
        /left as it was .*\n +plan was not set before, .*\n +plan: stays as the import set it, since it was not set before\n/,
      )
      const whole = yield* told(file)
      assert.match(
        whole,
        /\n! It was set back by accounts\.csv\.import\.revert\.ndjson: 1 of 3 accounts that it changed holds what it held before\n {2}created +1\n/,
      )
      assert.match(
        whole,
        /\nSet back, in UTC\n {2}.* {2}accounts\.csv\.import\.revert\.ndjson: 1 of 3 accounts\n {4}not deleted +1 /,
      )
      assert.match(
        yield* told(file, "--id", "a"),
        /plan: PX "free", the file "pro"\n.* updated {2}\(run 1\)\n.* sent {2}\(run 2, the way back .*\n.* set back to "free"\n.* set back /,
      )
      assert.strictEqual((yield* aptrinsic(["report", file, "--exit-code"], offline)).exitCode, 6)
      const list = (yield* aptrinsic(["imports", directory], offline)).stdout
      assert.match(
        list,
        /^accounts\.csv\.import\.ndjson .* 4 rows {2}! set back by accounts\.csv\.import\.revert\.ndjson /m,
      )
      assert.match(
        list,
        /^accounts\.csv\.import\.revert\.ndjson .* 3 rows {2}! 1 of 3 accounts set back of accounts\.csv\.import\.ndjson /m,
      )

      const again = yield* revert(["--yes", "--json"])
      assert.strictEqual(again.exitCode, 6)
      assert.deepInclude(JSON.parse(again.stdout), {
        ok: false,
        rows: 3,
        updated: 0,
        stays: { created: 1, lost: 0, unset: { csm: 1, plan: 1 }, changed: { plan: 1 } },
      })
      // A row that is left alone does not hold up the next way back.
      yield* store.change("a", (stored) => ({ ...stored!, account: account("a", { plan: "pro" }) }))
      assert.strictEqual((yield* revert(["--yes"])).exitCode, 6)
      assert.deepEqual(yield* plans, { a: "free", b: "gold", c: "pro", d: "pro" })
    }),
  )

  it.effect("continues when it was broken off, and can be taken back itself", () =>
    Effect.gen(function* () {
      const { file, own, plans, revert } = yield* reverting
      const halted = yield* revert(["--yes", "--daily-quota", "2", "--concurrency", "1"])
      assert.strictEqual(halted.exitCode, 7)
      assert.include(halted.stdout, "! Halted after 1 of 2 accounts in ")
      const ran = yield* revert(["--yes"])
      assert.match(ran.stdout, /^! Set 1 account back in .*\n {2}set back +2 {2}1 of them in earlier runs\n/)
      assert.deepEqual(yield* plans, { a: "free", b: "free", c: "pro", d: "pro" })

      const forth = yield* revert(["--yes"], {}, own)
      assert.strictEqual(forth.exitCode, 0)
      assert.match(forth.stdout, /^✔ Set 2 accounts back in /)
      assert.deepEqual(yield* plans, imported)
      assert.match(
        yield* told(own),
        /\n! It was set back by .*\.revert\.revert\.ndjson: 2 of 2 accounts that it changed hold what they held/,
      )
      const whole = yield* told(file)
      assert.match(whole, /^Import of .*\n✔ All 4 rows are in PX\n/)
      assert.match(whole, /\nSet back, in UTC\n.*: 2 of 3 accounts, and that was taken back itself\n/)
      const over = yield* revert([], {}, own)
      assert.deepEqual([over.exitCode, over.stderr], [0, ""])
      assert.include(over.stdout, "there is nothing to set back (1 request). Nothing was sent.")
    }),
  )

  it.effect("sets nothing back by a line of the report that was changed, or is gone, and says so", () =>
    Effect.gen(function* () {
      const { file, plans, read, revert, write } = yield* reverting
      const lines = (yield* read()).split("\n").flatMap((line) => {
        if (line.startsWith('{"s":"sent","row":1,')) return [line.replace('"from":"free"', '"from":"gold"')]
        return line.startsWith('{"s":"sent","row":2,') ? [] : [line]
      })
      const report = `${file}.import.ndjson`
      yield* write(lines.join("\n"), report)
      const { exitCode, stderr, stdout } = yield* revert(["--yes"])
      assert.strictEqual(exitCode, 6)
      assert.include(stderr, `! ${report} is damaged in 2 places; what stands there is not set back: line `)
      assert.match(
        stdout,
        /\n {2}not known +2 {2}changed by the import, and its damaged report does not say what they were\n/,
      )
      assert.deepEqual(yield* plans, imported)
    }),
  )

  it.effect("refuses what is not the report of this server, and flags that read a file", () =>
    Effect.gen(function* () {
      const { file, requests, revert } = yield* reverting
      const report = `${file}.import.ndjson`
      const before = yield* requests
      for (const [args, from, what] of [
        [[], file, `${file} is not the report of an import.`],
        [[], `${file}.nothing`, "there is no such file"],
        [[], "-", "--revert needs the name of a report."],
        [["--base-url", "http://127.0.0.1:9"], report, "not to http://127.0.0.1:9."],
        [["--report", report], report, "--report names the report of --revert."],
        [["--html", report], report, "--html names the report of --revert."],
        [["--html", `${file}.import.revert.ndjson`], report, "--html names the report."],
        [["--html", "-"], report, "--html needs the name of a file; - is not one."],
        [["--html", `${file}.no/page.html`], report, "cannot be written: there is no such file or directory."],
        [["--map", "a=name"], report, "--map does not go with --revert"],
        [["--if-exists", "fail"], report, "--if-exists does not go with --revert"],
        [[file], report, "FILE does not go with --revert"],
      ] as const) {
        const { exitCode, stderr } = yield* revert(args, {}, from)
        assert.strictEqual(exitCode, 2, stderr)
        assert.include(stderr, what)
      }
      assert.strictEqual(yield* requests, before)
    }),
  )
})
