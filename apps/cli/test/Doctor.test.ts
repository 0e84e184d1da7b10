import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import { aptrinsic, canary, layerSandbox, offline, type Options } from "./support/aptrinsic.ts"

const doctor = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Options = {}) {
  const { url } = yield* Sandbox.Sandbox
  return yield* aptrinsic(["doctor", ...args], {
    ...options,
    env: { APTRINSIC_API_KEY: canary, APTRINSIC_BASE_URL: url, ...options.env },
  })
})

/** Answers a read of an account with 404, as one of an account that nobody has, and all others with a status. */
const metadata = (status: number) =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request, url) =>
      Effect.succeed(
        HttpClientResponse.fromWeb(
          request,
          new Response("", { status: url.pathname.startsWith("/v1/accounts/") ? 404 : status }),
        ),
      ),
    ),
  )

const subscription = {
  attributes: [
    { apiName: "tier" },
    { apiName: "seats", type: "NUMBER" },
    { apiName: "old", type: "BOOLEAN", state: "DISABLED" },
  ],
} as const

layer(layerSandbox({ subscription }), { excludeTestServices: true })("doctor", (it) => {
  it.effect("says of each thing that it is well", () =>
    Effect.gen(function* () {
      const { url } = yield* Sandbox.Sandbox
      const { exitCode, stderr, stdout } = yield* doctor([], { env: { APTRINSIC_PRODUCT_KEY: "AP-XXXXXXXXXX-2" } })
      assert.deepEqual([exitCode, stderr], [0, ""])
      const lines = stdout.trimEnd().split("\n")
      assert.match(lines[0]!, /^✔ Versions {11}aptrinsic \S+, Node 24\.0\.0$/)
      assert.match(lines[1]!, /^✔ Configuration {6}\S+ is not there$/)
      assert.deepEqual(lines.slice(2), [
        "✔ API key            …1f3a from $APTRINSIC_API_KEY",
        `✔ PX                 ${url} accepts the key. Whether it may write shows with the first write.`,
        "✔ Product keys       AP-XXXXXXXXXX-2 (Sandbox)",
        "✔ Custom attributes  tier (STRING), seats (NUMBER); not in use: old (BOOLEAN)",
        "✔ Quota              999,997 of 1,000,000 requests in 24 hours are left by what commands of this user counted; PX does not say it.",
      ])
    }),
  )

  it.effect("names the product key that was probably meant", () =>
    Effect.gen(function* () {
      const { exitCode, stdout } = yield* doctor(["--product-key", "AP-XXXXXXXXX-2"])
      assert.strictEqual(exitCode, 0)
      assert.include(
        stdout,
        [
          "! Product keys       AP-XXXXXXXXX-2 (from --product-key) is not one of the subscription: AP-XXXXXXXXXX-2 (Sandbox)",
          "                     Did you mean AP-XXXXXXXXXX-2?",
        ].join("\n"),
      )
    }),
  )

  it.effect("counts what commands of this user sent today, itself included", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* fs.makeTempDirectoryScoped()
      const { url } = yield* Sandbox.Sandbox
      const env = { APTRINSIC_API_KEY: canary, APTRINSIC_BASE_URL: url, XDG_STATE_HOME: directory }
      yield* fs.writeFileString(`${directory}/a.csv`, "id,name,propertyKeys\na,A,AP-XXXXXXXXXX-2\n")
      yield* aptrinsic(["accounts", "import", `${directory}/a.csv`], { env })
      assert.include((yield* doctor([], { env })).stdout, "999,995 of 1,000,000 requests")
    }).pipe(Effect.scoped),
  )

  it.effect("ends with the code of what is wrong, and asks nothing further", () =>
    Effect.gen(function* () {
      const none = yield* doctor([], offline)
      assert.strictEqual(none.exitCode, 4)
      assert.include(none.stdout, "✘ API key        There is no API key.\n")
      assert.include(none.stdout, "or store one with 'aptrinsic auth login'.")
      const wrong = yield* doctor(["--json"], { env: { APTRINSIC_API_KEY: "another-key-1234" } })
      assert.strictEqual(wrong.exitCode, 4)
      const { checks, ok } = JSON.parse(wrong.stdout)
      assert.isFalse(ok)
      assert.deepInclude(checks.at(-1), {
        name: "PX",
        status: "failed",
        message: "Gainsight PX rejected the API key (401).",
      })
    }),
  )

  it.effect("notes what a key may not read, and does not fail for it", () =>
    Effect.gen(function* () {
      const { exitCode, stdout } = yield* doctor(["--json"], { httpClient: metadata(403) })
      assert.strictEqual(exitCode, 0)
      const { checks, ok } = JSON.parse(stdout)
      assert.isTrue(ok)
      const notes = checks.filter(({ status }: { status: string }) => status === "warning")
      assert.deepEqual(
        notes.map(({ name }: { name: string }) => name),
        ["Product keys", "Custom attributes"],
      )
      for (const { message } of notes) assert.match(message, /^not checked: .*403/)
    }),
  )
})
