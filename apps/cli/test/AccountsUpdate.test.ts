import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { aptrinsic, canary, layerSandbox, type Options } from "./support/aptrinsic.ts"

const update = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Options = {}) {
  const { url } = yield* Sandbox.Sandbox
  return yield* aptrinsic(["accounts", "update", ...args], {
    ...options,
    env: { APTRINSIC_API_KEY: canary, APTRINSIC_BASE_URL: url, APTRINSIC_SETTLE_DELAY: "40 millis", ...options.env },
  })
})

/** Puts an account there as it was before. */
const start = Effect.gen(function* () {
  const { faults, reset, store } = yield* Sandbox.Sandbox
  yield* faults.set([])
  yield* reset
  yield* store.insert({
    createDate: 0,
    account: { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1"], plan: "free", csm: "jane" },
  })
  return { faults, account: Effect.map(store.get("acme"), (stored) => stored?.account) }
})

const put = Effect.gen(function* () {
  const { log } = yield* Sandbox.Sandbox
  return (yield* log.entries()).map(({ method }) => method).join(" ")
})

layer(layerSandbox(), { excludeTestServices: true })("accounts update", (it) => {
  it.effect("changes the fields that are set and leaves the others", () =>
    Effect.gen(function* () {
      const { account } = yield* start
      const args = [
        "acme",
        "--set",
        "plan=pro",
        "--set",
        "customAttributes.seats=40",
        "--set",
        "renewalDate=2027-01-31",
      ]
      assert.deepEqual(yield* update(args), {
        exitCode: 0,
        stdout: "✔ Updated account acme: plan, customAttributes, renewalDate\n",
        stderr: "renewalDate  2027-01-31 is 2027-01-31T00:00:00.000Z (1801353600000)\n",
      })
      assert.deepEqual(yield* account, {
        id: "acme",
        name: "Acme Inc",
        propertyKeys: ["AP-1"],
        plan: "pro",
        csm: "jane",
        customAttributes: { seats: 40 },
        renewalDate: 1801353600000,
      })
    }),
  )

  it.effect("takes changes from a file and product keys from their flag, but none by the way", () =>
    Effect.gen(function* () {
      const { account } = yield* start
      const env = { APTRINSIC_PRODUCT_KEY: "AP-DEFAULT" }
      const ran = yield* update(["acme", "-f", "-", "--json"], { stdin: '{"csm":"joe","plan":"pro"}', env })
      const { ok, changes, evidence, id, reconciled, status } = JSON.parse(ran.stdout)
      assert.deepEqual(
        { ok, changes, evidence, id, reconciled, status },
        {
          ok: true,
          changes: { csm: "joe", plan: "pro" },
          evidence: "answer",
          id: "acme",
          reconciled: false,
          status: "updated",
        },
      )
      assert.deepInclude(yield* account, { propertyKeys: ["AP-1"] })
      yield* update(["acme", "--product-key", "AP-2"])
      assert.deepInclude(yield* account, { propertyKeys: ["AP-2"], csm: "joe" })
    }),
  )

  it.effect("tells that a lookup had to show what became of a lost answer", () =>
    Effect.gen(function* () {
      const { faults } = yield* start
      yield* faults.set([{ fault: "drop-after-commit", method: "PUT", times: 1 }])
      const ran = yield* update(["acme", "--set", "plan=pro"])
      assert.deepEqual(ran, {
        exitCode: 0,
        stdout: "✔ Updated account acme: plan\n",
        stderr: "The answer of PX was lost; looking the account up showed that it was updated.\n",
      })
      assert.strictEqual(yield* put, "PUT GET")
    }),
  )

  it.effect("says that there is no such account, and creates none", () =>
    Effect.gen(function* () {
      yield* start
      const ran = yield* update(["Acme", "--set", "plan=pro"])
      assert.deepEqual([ran.exitCode, ran.stderr.split("\n")[0]], [5, "✖ There is no account Acme."])
      const json = JSON.parse((yield* update(["Acme", "--set", "plan=pro", "--json"])).stdout)
      assert.deepInclude(json.error, { code: "not_found", outcome: "not updated", id: "Acme" })
    }),
  )

  it.effect("says what PX refuses, and what is not known", () =>
    Effect.gen(function* () {
      const { faults } = yield* start
      yield* faults.set([{ fault: "refusal", method: "PUT", status: 400 }])
      const refused = yield* update(["acme", "--set", "plan=pro"])
      assert.strictEqual(refused.exitCode, 3)
      assert.include(refused.stderr, "Gainsight PX refused account acme (400); it was not updated.")
      yield* faults.set([{ fault: "server-error", method: "PUT" }])
      const unknown = yield* update(["acme", "--set", "plan=pro"], { env: { APTRINSIC_RETRY_DELAY: "1 millis" } })
      assert.strictEqual(unknown.exitCode, 7)
      assert.include(unknown.stderr, "Whether account acme was updated is not known")
      assert.include(unknown.stderr, "Look with 'aptrinsic accounts get acme' before you update it again.")
    }),
  )

  it.effect("sends nothing that changes nothing, is not valid or is doubtful", () =>
    Effect.gen(function* () {
      yield* start
      for (const [args, exitCode, words] of [
        [[], 2, "There is nothing to change."],
        [["--set", "plan="], 3, "plan  is empty, which changes nothing: no call clears a field"],
        [["--set", "plann=pro"], 3, "plann"],
        [["--set", "healthScore=many"], 3, "healthScore"],
        [["--set", "id=other"], 2, "id is given twice."],
        [["--set", "renewalDate=1798761600"], 3, "--accept date_in_1970"],
      ] as const) {
        const ran = yield* update(["acme", ...args])
        assert.strictEqual(ran.exitCode, exitCode, `${args.join(" ")}: ${ran.stderr}`)
        assert.include(ran.stderr, words)
      }
      assert.strictEqual(yield* put, "")
      const accepted = yield* update(["acme", "--set", "renewalDate=1798761600", "--accept", "date_in_1970"])
      assert.strictEqual(accepted.exitCode, 0)
    }),
  )

  it.effect("warns of an id that no URL carries without a word of a creation", () =>
    Effect.gen(function* () {
      const { store } = yield* Sandbox.Sandbox
      yield* start
      yield* store.insert({ createDate: 0, account: { id: "update", name: "Update", propertyKeys: ["AP-1"] } })
      const { exitCode, stderr } = yield* update(["update", "--set", "plan=pro"])
      assert.strictEqual(exitCode, 0)
      assert.strictEqual(
        stderr,
        '! id "update" cannot be looked up in PX: no URL carries it. When an answer is lost, nothing tells what became of the account. Give a new account another id.\n',
      )
      assert.strictEqual((yield* store.get("update"))?.account.plan, "pro")
    }),
  )
})
