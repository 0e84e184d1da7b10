import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import { aptrinsic, canary, layerSandbox, type Options } from "./support/aptrinsic.ts"

const get = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Options = {}) {
  const { url } = yield* Sandbox.Sandbox
  return yield* aptrinsic(["accounts", "get", ...args], {
    ...options,
    env: { APTRINSIC_API_KEY: canary, APTRINSIC_BASE_URL: url, ...options.env },
  })
})

const answering = (status: number, body: string, headers: Record<string, string> = {}) =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) =>
      Effect.succeed(HttpClientResponse.fromWeb(request, new Response(body, { status, headers }))),
    ),
  )

layer(layerSandbox(), { excludeTestServices: true })("accounts get", (it) => {
  it.effect("shows the fields that are set, in the order of the contract", () =>
    Effect.gen(function* () {
      const { store } = yield* Sandbox.Sandbox
      yield* store.insert({
        createDate: 1767225600000,
        account: {
          id: "acme",
          name: "Acme Inc",
          propertyKeys: ["AP-1", "AP-2"],
          renewalDate: 1798761600000,
          location: { city: "Bern", coordinates: { latitude: 46.9 } },
          customAttributes: { zip: "01234", code: "12", seats: 12, active: true },
        },
      })
      const ran = yield* get(["acme"])
      assert.strictEqual(ran.stderr, "")
      assert.deepEqual(ran.stdout.split("\n").slice(0, 10), [
        "id                             acme",
        "name                           Acme Inc",
        "propertyKeys                   AP-1, AP-2",
        "location.city                  Bern",
        "location.coordinates.latitude  46.9",
        "customAttributes.zip           01234",
        'customAttributes.code          "12"',
        "customAttributes.seats         12",
        "customAttributes.active        true",
        "renewalDate                    2027-01-01T00:00:00.000Z (1798761600000)",
      ])
      const json = JSON.parse((yield* get(["acme", "--json"])).stdout)
      assert.deepInclude(json.account, { id: "acme", renewalDate: 1798761600000 })
      assert.isTrue(json.ok)
    }),
  )

  it.effect("takes an id that looks like the value of a flag", () =>
    Effect.gen(function* () {
      const ran = yield* get(["--json", "1"])
      assert.deepInclude(JSON.parse(ran.stdout).error, { code: "not_found", id: "1" })
    }),
  )

  it.effect("reports an account that does not exist", () =>
    Effect.gen(function* () {
      const { url } = yield* Sandbox.Sandbox
      const ran = yield* get(["nobody"])
      assert.deepEqual(ran, {
        exitCode: 5,
        stdout: "",
        stderr: [
          "✖ There is no account nobody.",
          `  Server ${url}  (from $APTRINSIC_BASE_URL)`,
          "  Ids are case-sensitive; check the id and the data center.",
          "",
        ].join("\n"),
      })
    }),
  )

  it.effect("explains a rejected key at the data center it was sent to", () =>
    Effect.gen(function* () {
      const ran = yield* get(["acme"], {
        env: { APTRINSIC_BASE_URL: "", APTRINSIC_API_KEY: canary },
        httpClient: answering(401, "<html>no</html>"),
      })
      assert.deepEqual(ran, {
        exitCode: 4,
        stdout: "",
        stderr: [
          "✖ Gainsight PX rejected the API key (401).",
          "  Key    …1f3a  (from $APTRINSIC_API_KEY)",
          "  Server https://api.aptrinsic.com",
          "  Keys belong to one data centre: try --data-center eu or --data-center us2.",
          "  Make a key in PX under Administration → REST API, with Write permission.",
          "",
        ].join("\n"),
      })
    }),
  )

  it.effect("maps each refusal to its exit code and JSON code", () =>
    Effect.gen(function* () {
      // The pause of a day lasts for its key as long as the process, for all that it serves at this address.
      const env = { APTRINSIC_API_KEY: "refused-4f1c8e0a7b52d93e", APTRINSIC_RETRY_DELAY: "1 millis" }
      const cases = [
        [403, "", {}, 4, "auth", "Forbidden"],
        [400, "", {}, 3, "rejected", "RequestRefused"],
        [405, "", {}, 3, "rejected", "RequestRefused"],
        [302, "", { location: "https://example.com/" }, 2, "usage", "Redirected"],
        [503, "", {}, 7, "unreachable", "Unavailable"],
        [429, "", { "retry-after": "86400" }, 7, "unreachable", "RateLimited"],
      ] as const
      for (const [status, body, headers, exitCode, code, reason] of cases) {
        const ran = yield* get(["acme", "--json"], { env, httpClient: answering(status, body, headers) })
        assert.strictEqual(ran.exitCode, exitCode, `${status}`)
        assert.deepInclude(JSON.parse(ran.stdout).error, { code, reason })
      }
    }),
  )

  it.effect("shows no control and no key of what a server says", () =>
    Effect.gen(function* () {
      const hostile = `\u001b]8;;http://evil\u0007${canary}\u202e`
      for (const [status, body, exitCode] of [
        [200, JSON.stringify({ id: "acme", name: hostile, customAttributes: { [hostile]: hostile } }), 0],
        [400, JSON.stringify({ errorMessage: hostile }), 3],
        [400, JSON.stringify({ externalapierror: { subErrors: [{ field: hostile, message: hostile }] } }), 3],
        [405, hostile, 3],
      ] as const) {
        for (const args of [["acme"], ["acme", "--json"]]) {
          const ran = yield* get(args, { httpClient: answering(status, body) })
          assert.strictEqual(ran.exitCode, exitCode)
          const output = ran.stdout + ran.stderr
          assert.notMatch(output, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
          assert.notInclude(output, canary)
        }
      }
    }),
  )
})
