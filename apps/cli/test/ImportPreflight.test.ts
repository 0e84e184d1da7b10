import type * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layerSandbox, offline, type Options } from "./support/aptrinsic.ts"
import { importing, rows } from "./support/importing.ts"

const subscription: Sandbox.Options["subscription"] = {
  products: [
    { name: "Console", productKeys: [{ productKey: "AP-TEST-2" }] },
    { name: "App", productKeys: [{ productKey: "AP-OTHER-2" }] },
  ],
  attributes: [
    { apiName: "tier" },
    { apiName: "seats", type: "NUMBER" },
    { apiName: "since", type: "DATE_TIME" },
    { apiName: "vip", type: "BOOLEAN" },
    { apiName: "old", state: "DISABLED" },
  ],
}

const attributes = "GET /v1/admin/model/account/attributes"
const products = "GET /v1/admin/subscription"
const key = "GET /v1/accounts/aptrinsic-auth-check"

/** An import, and the requests of its preflight. */
const preflight = Effect.fnUntraced(function* (content: string, name?: string) {
  const files = yield* importing(content, name)
  const before = (yield* files.log.entries()).length
  const asked = Effect.map(files.log.entries(), (entries) =>
    entries
      .slice(before)
      .filter(({ method }) => method === "GET")
      .map(({ method, path }) => `${method} ${path}`),
  )
  return { ...files, asked }
})

layer(layerSandbox({ subscription, habits: { unknownAttributes: "refused" } }), { excludeTestServices: true })(
  "the preflight of an import",
  (it) => {
    it.effect("stops what PX would refuse or lose before anything is sent, each with its way out", () =>
      Effect.gen(function* () {
        const { asked, file, posts, run } = yield* preflight(
          [
            "id,name,propertyKeys,Level:,customAttributes.seats,customAttributes.old,customAttributes.tiers,customAttributes.vip,customAttributes.shoe",
            "1,One,AP-TEST-2,gold,many,x,a,true,44",
            "2,Two,AP-TEST-2;AP-TSET-2,,few,,a,,",
            "3,Three,AP-TSET-2,,,,b,no,",
            "",
          ].join("\n"),
        )
        const map = ["--map", "Level:=customAttributes.Tier"]
        const ran = yield* run(map)
        assert.deepEqual(ran, {
          exitCode: 3,
          stdout: "",
          stderr: [
            `✖ ${file} does not fit the subscription: 7 problems. Nothing was sent.`,
            "  propertyKeys                    AP-TSET-2 is not of the subscription; did you mean AP-TEST-2? (2 rows from line 3 on)",
            "  customAttributes.Tier (Level:)  is not an attribute of PX, which has tier: case counts (line 2)  →  --map Level:=customAttributes.tier or --ignore Level:",
            "  customAttributes.seats          is NUMBER in PX and text here (2 rows from line 2 on)  →  --map customAttributes.seats=customAttributes.seats:number",
            "  customAttributes.old            is DISABLED in PX (line 2)  →  --ignore customAttributes.old",
            "  customAttributes.tiers          is not an attribute of PX; did you mean tier? (3 rows from line 2 on)  →  --map customAttributes.tiers=customAttributes.tier or --ignore customAttributes.tiers",
            "  customAttributes.vip            is BOOLEAN in PX and text here (2 rows from line 2 on)  →  --map customAttributes.vip=customAttributes.vip:boolean",
            "  customAttributes.shoe           is not an attribute of PX (line 2)  →  --ignore customAttributes.shoe",
            "  Correct the file or the flags, or the subscription in PX ('aptrinsic doctor' shows what it has); --no-preflight sends it as it is.",
            "",
          ].join("\n"),
        })
        assert.deepEqual([yield* posts, yield* asked], [0, [products, attributes]])
        const { error } = JSON.parse((yield* run([...map, "--json"])).stdout)
        assert.strictEqual(error.code, "preflight")
        assert.deepEqual(error.findings[3], {
          field: "customAttributes.old",
          column: "customAttributes.old",
          message: "is DISABLED in PX (line 2)",
          rows: 1,
          flags: ["--ignore customAttributes.old"],
          serious: true,
        })
      }),
    )

    it.effect("tells what is only doubtful, and asks for attributes only when rows have some", () =>
      Effect.gen(function* () {
        const { asked, held, run, write } = yield* preflight(
          "id,name,customAttributes.tier,customAttributes.since\n1,One,7,2026-01-01\n",
        )
        const ran = yield* run(["--map", "customAttributes.since=customAttributes.since:date"])
        assert.deepEqual([ran.exitCode, yield* held], [0, ["1"]])
        assert.strictEqual(
          ran.stderr,
          "! customAttributes.tier is STRING in PX and number here (line 2)  →  --map customAttributes.tier=customAttributes.tier:text\n",
        )
        assert.deepEqual(yield* asked, [products, attributes])
        yield* write("id,name\n2,Two\n")
        assert.strictEqual((yield* run(["--restart"])).stderr, "")
        assert.deepEqual(yield* asked, [products, attributes, products])
      }),
    )

    it.effect("looks into objects, constants and columns of JSON", () =>
      Effect.gen(function* () {
        const { posts, run } = yield* preflight(
          `${[
            { id: "1", name: "One", customAttributes: { seats: 4, tire: "x" } },
            { id: "2", name: "Two", customAttributes: { seats: "4", vip: [true] } },
          ]
            .map((row) => JSON.stringify(row))
            .join("\n")}\n`,
          "accounts.ndjson",
        )
        const ran = yield* run(["--set", "customAttributes.since=yes", "--json"])
        assert.deepEqual(
          JSON.parse(ran.stdout).error.findings.map(({ field, message }: Record<string, string>) => [field, message]),
          [
            ["customAttributes.since", "is DATE_TIME in PX and text here (2 rows from line 1 on)"],
            ["customAttributes.seats", "is NUMBER in PX and text here (2 rows from line 1 on)"],
            ["customAttributes.tire", "is not an attribute of PX; did you mean tier? (line 1)"],
            ["customAttributes.vip", "is BOOLEAN in PX and json here (line 2)"],
          ],
        )
        assert.strictEqual(yield* posts, 0)
      }),
    )

    it.effect(
      "is left out with --no-preflight, in a dry run without --preflight, and when nothing is left to send",
      () =>
        Effect.gen(function* () {
          const { asked, held, requests, run, write } = yield* preflight("id,name,customAttributes.x\n1,One,1\n")
          const dry = yield* run(["--dry-run"], offline)
          assert.deepEqual([dry.exitCode, dry.stderr], [0, ""])
          const refused = yield* run(["--dry-run", "--preflight"])
          assert.strictEqual(refused.exitCode, 3)
          assert.include(refused.stderr, "customAttributes.x  is not an attribute of PX")
          assert.strictEqual((yield* run(["--dry-run", "--preflight"], { env: { APTRINSIC_API_KEY: "" } })).exitCode, 4)
          const before = (yield* asked).length
          const sent = yield* run(["--no-preflight"])
          assert.strictEqual(sent.exitCode, 6)
          // The row is refused, and PX asked whether it has the account.
          assert.deepEqual((yield* asked).slice(before), ["GET /v1/accounts/1"])
          yield* write("id,name\n1,One\n")
          assert.strictEqual((yield* run()).exitCode, 0)
          const all = yield* requests
          assert.strictEqual((yield* run()).exitCode, 0)
          assert.deepEqual([yield* requests, yield* held], [all, ["1"]])
        }),
    )

    it.effect("notes what a key may not look at, and imports", () =>
      Effect.gen(function* () {
        const { asked, faults, held, run } = yield* preflight("id,name,customAttributes.tier\n1,One,a\n")
        yield* faults.set([
          { fault: "refusal", status: 403, html: true, operation: "attributes" },
          { fault: "refusal", status: 401, operation: "subscription" },
        ])
        const ran = yield* run()
        assert.deepEqual([ran.exitCode, yield* held], [0, ["1"]])
        assert.match(
          ran.stderr,
          /^ {2}Product keys are not checked before the import: .*\(401\)\. Accounts can be .*\n {2}Custom attributes are not checked before the import: .*\(403\).*\n$/,
        )
        assert.deepEqual(yield* asked, [products, attributes, key])
      }),
    )

    it.effect("refuses a key that PX refuses, with one read more", () =>
      Effect.gen(function* () {
        const { asked, posts, run } = yield* preflight(rows(3))
        const wrong: Options = { env: { APTRINSIC_API_KEY: "wrong-4f1c8e0a7b52d93e-9e8f" } }
        const ran = yield* run([], wrong)
        assert.deepEqual([ran.exitCode, ran.stdout, yield* posts], [4, "", 0])
        assert.match(ran.stderr, /^✖ Gainsight PX rejected the API key \(401\)\. Nothing was sent\.\n {2}Key {4}…9e8f /)
        assert.deepEqual(yield* asked, [products, key])
      }),
    )

    it.effect("asks again when an answer is lost, and leaves an outage to the import", () =>
      Effect.gen(function* () {
        const { faults, held, run } = yield* preflight("id,name,propertyKeys\n1,One,AP-1-2\n")
        yield* faults.set([{ fault: "drop-after-commit", operation: "subscription", times: 2 }])
        assert.include(
          (yield* run()).stderr,
          "AP-1-2 is not of the subscription, which has AP-TEST-2 (Console), AP-OTHER-2 (App)",
        )
        yield* faults.set([{ fault: "server-error", method: "GET" }])
        const ran = yield* run()
        assert.deepEqual([ran.exitCode, yield* held], [0, ["1"]])
        assert.include(ran.stderr, "  PX gives no usable answer: product keys and custom attributes are not checked")
      }),
    )

    it.effect("leaves a report behind that the corrected file continues", () =>
      Effect.gen(function* () {
        const { held, run, write } = yield* preflight("id,name,customAttributes.tire\n1,One,a\n")
        assert.strictEqual((yield* run()).exitCode, 3)
        assert.strictEqual((yield* run(["--map", "customAttributes.tire=customAttributes.tier"])).exitCode, 0)
        yield* write("id,name,customAttributes.tier\n1,One,a\n2,Two,b\n")
        assert.strictEqual((yield* run()).exitCode, 0)
        assert.deepEqual(yield* held, ["1", "2"])
      }),
    )
  },
)
