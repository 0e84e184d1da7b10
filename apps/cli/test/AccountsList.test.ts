import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { aptrinsic, canary, layerSandbox, type Options } from "./support/aptrinsic.ts"

const list = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Options = {}) {
  const { url } = yield* Sandbox.Sandbox
  return yield* aptrinsic(["accounts", "list", ...args], {
    ...options,
    env: { APTRINSIC_API_KEY: canary, APTRINSIC_BASE_URL: url, APTRINSIC_RETRY_DELAY: "1 millis", ...options.env },
  })
})

/** Accounts a1, a2 and on, every second of them on the plan pro. */
const holding = Effect.fnUntraced(function* (count: number) {
  const { faults, reset, store } = yield* Sandbox.Sandbox
  yield* faults.set([])
  yield* reset
  for (let index = 1; index <= count; index++) {
    yield* store.insert({
      createDate: 1767225600000,
      account: {
        id: `a${index}`,
        name: `Account ${index}`,
        propertyKeys: ["AP-1"],
        ...(index % 2 === 0 ? { plan: "pro", renewalDate: 1798761600000 } : {}),
      },
    })
  }
})

const lists = Effect.gen(function* () {
  const { log } = yield* Sandbox.Sandbox
  return (yield* log.entries()).length
})

layer(layerSandbox(), { excludeTestServices: true })("accounts list", (it) => {
  it.effect("shows a table, with as many accounts as are asked for in one request", () =>
    Effect.gen(function* () {
      yield* holding(5)
      assert.deepEqual(yield* list(["--limit", "2"]), {
        exitCode: 0,
        stdout: [
          "ID  NAME       PLAN  RENEWAL     CHANGED",
          "a1  Account 1                    2026-01-01",
          "a2  Account 2  pro   2027-01-01  2026-01-01",
          "",
        ].join("\n"),
        stderr: "Showing 2 of 5 accounts; --limit N shows more, 'aptrinsic accounts export' writes all.\n",
      })
      assert.strictEqual(yield* lists, 1)
    }),
  )

  it.effect("prints a line of JSON for each account that fulfils the filter", () =>
    Effect.gen(function* () {
      yield* holding(5)
      const { stderr, stdout } = yield* list(["--json", "--filter", "plan==PRO"])
      const accounts = stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
      assert.deepEqual(
        accounts.map(({ id, plan, renewalDate }) => ({ id, plan, renewalDate })),
        ["a2", "a4"].map((id) => ({ id, plan: "pro", renewalDate: 1798761600000 })),
      )
      assert.strictEqual(stderr, "")
      const none = yield* list(["--filter", "plan==gold"])
      assert.deepEqual(none, {
        exitCode: 0,
        stdout: "",
        stderr: "There are no accounts, or none that the filter lets through.\n",
      })
    }),
  )

  it.effect("cuts long names on a terminal, and ids nowhere", () =>
    Effect.gen(function* () {
      const { store } = yield* Sandbox.Sandbox
      yield* holding(0)
      const id = "i".repeat(40)
      yield* store.insert({
        createDate: 0,
        account: { id, name: "n".repeat(60), propertyKeys: ["AP-1"], plan: "p".repeat(30) },
      })
      const { stdout } = yield* list([], { terminals: ["stdout"], columns: 80, env: { NO_COLOR: "1" } })
      const [, row = ""] = stdout.split("\n")
      assert.isTrue(row.startsWith(`${id}  nnnn`))
      assert.isAtMost(row.length, 80)
      assert.include((yield* list([])).stdout, `${"n".repeat(60)}  ${"p".repeat(30)}`)
    }),
  )

  it.effect("tells a list that breaks off, with --json in a last line", () =>
    Effect.gen(function* () {
      yield* holding(3)
      const wrong = yield* list(["--filter", "plan"])
      assert.deepEqual([wrong.exitCode, wrong.stdout], [3, ""])
      const { faults } = yield* Sandbox.Sandbox
      yield* faults.set([{ fault: "short-page" }])
      const ran = yield* list(["--json"])
      assert.strictEqual(ran.exitCode, 7)
      const [first = "", last = ""] = ran.stdout.trimEnd().split("\n")
      assert.strictEqual(JSON.parse(first).id, "a1")
      assert.deepInclude(JSON.parse(last).error, { code: "unreachable", reason: "ListIncomplete" })
    }),
  )
})
