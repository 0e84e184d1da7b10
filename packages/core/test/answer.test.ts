import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import { explain, headOf, readReply, type Reply } from "../src/internal/answer.ts"

const mebibyte = 1024 * 1024

const respond = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  HttpClientResponse.fromWeb(HttpClientRequest.post("http://127.0.0.1/"), new Response(body, { status: 503, headers }))

const read = (body: BodyInit | null, headers: Record<string, string> = {}) => {
  const response = respond(body, headers)
  return readReply(response, headOf(response, 0))
}

const chunks = (...parts: ReadonlyArray<Uint8Array>) =>
  new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => {
      for (const part of parts) controller.enqueue(new Uint8Array(part))
      controller.close()
    },
  })

const breaksOff = () =>
  new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(new Uint8Array([123])),
    pull: (controller) => controller.error(new Error("other side closed")),
  })

describe("readReply", () => {
  it.effect("reads the body to its end, its length declared or not", () =>
    Effect.gen(function* () {
      for (const headers of [{}, { "content-length": "2" }, { "content-length": "2", "content-encoding": "gzip" }]) {
        assert.deepInclude(yield* read("ok", headers), { status: 503, body: "ok", complete: true })
      }
    }),
  )

  it.effect("takes an answer without a body for an empty one, and does not ask for a body of length zero", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* read(null), { body: "", complete: true })
      assert.deepInclude(yield* read(breaksOff(), { "content-length": "0" }), { body: "", complete: true })
    }),
  )

  it.effect("keeps a character whose bytes arrive apart", () =>
    Effect.gen(function* () {
      const bytes = new TextEncoder().encode("größer 😀")
      const { body } = yield* read(chunks(...Array.from(bytes, (byte) => new Uint8Array([byte]))))
      assert.strictEqual(body, "größer 😀")
    }),
  )

  it.effect("reads a mebibyte and no more, whatever length is declared", () =>
    Effect.gen(function* () {
      const half = new Uint8Array(mebibyte / 2).fill(120)
      const one = new Uint8Array([120])
      for (const headers of [{}, { "content-length": "9", "content-encoding": "gzip" }]) {
        assert.lengthOf((yield* read(chunks(half, half), headers)).body, mebibyte)
        assert.deepInclude(yield* read(chunks(half, half, one), headers), { body: "", complete: false })
      }
      const declared = { "content-length": String(mebibyte + 1) }
      assert.deepInclude(yield* read(chunks(half, half, one), declared), { body: "", complete: false })
    }),
  )

  it.effect("keeps what the head says when the body breaks off", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* read(breaksOff(), { "retry-after": "2" }), {
        status: 503,
        body: "",
        complete: false,
        retryAfter: 2000,
        exhaustedFor: undefined,
      })
    }),
  )
})

describe("explain", () => {
  const secret = "the-key"
  const said = (body: unknown) => {
    const text = typeof body === "string" ? body : JSON.stringify(body)
    return explain({ status: 400, body: text, complete: true } as Reply, secret)
  }

  it("finds the text in every shape seen in public clients", () => {
    const shapes: ReadonlyArray<readonly [unknown, string]> = [
      [{ externalapierror: { message: "a" } }, "a"],
      [{ errorMessage: "a" }, "a"],
      [{ timestamp: 1, status: 400, error: "Bad Request", message: "a" }, "a"],
      [{ timestamp: 1, status: 400, error: "Bad Request", message: "" }, "Bad Request"],
      [{ message: 42, error: "a" }, "a"],
      [{ externalapierror: null, message: "a" }, "a"],
      [{}, ""],
      ['"a \\"quoted\\" text"', 'a "quoted" text'],
      [[{ message: "a" }], '[{"message":"a"}]'],
      ["  a < b  ", "a < b"],
      ["", ""],
    ]
    for (const [body, detail] of shapes) assert.deepStrictEqual(said(body), { detail, issues: [] })
  })

  it("says nothing for HTML", () => {
    for (const body of ["<html>", "<!doctype html>", " \n <h1>no</h1>"]) assert.strictEqual(said(body).detail, "")
  })

  it("shows what each field is blamed for, a hundred at most, and skips what names none", () => {
    const subErrors = [{ field: "plan", message: "unknown" }, "text", null, { message: "too old" }, { field: 7 }]
    assert.deepStrictEqual(said({ subErrors }).issues, [
      { path: "plan", code: "refused", message: "unknown" },
      { path: "", code: "refused", message: "too old" },
      { path: "", code: "refused", message: "" },
    ])
    assert.deepStrictEqual(said({ subErrors: "text" }).issues, [])
    assert.lengthOf(said({ subErrors: Array.from({ length: 150 }, () => subErrors[0]) }).issues, 100)
  })

  it("masks the key wherever a server echoes it", () => {
    assert.strictEqual(said("bad key the-key").detail, "bad key <redacted>")
    assert.strictEqual(said({ message: "bad key the-key" }).detail, "bad key <redacted>")
    assert.deepStrictEqual(said({ subErrors: [{ field: "the-key", message: "the-key, the-key" }] }).issues, [
      { path: "<redacted>", code: "refused", message: "<redacted>, <redacted>" },
    ])
  })

  it("shows two thousand characters at most", () => {
    for (const body of ["x".repeat(5000), { message: "x".repeat(5000) }]) assert.lengthOf(said(body).detail, 2000)
  })
})
