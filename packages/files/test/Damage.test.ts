import * as Source from "@effect-aptrinsic/files/Source"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { gzipSync } from "fflate"
import { utf8 } from "./support/workbook.ts"

const accounts = Array.from({ length: 200 }, (_, at) => ({
  id: `acc-${at}`,
  name: at % 3 === 0 ? `Acme "${at}", Inc.` : `Müller ${at} GmbH`,
  plan: at % 5 === 0 ? "two\nlines" : "pro",
  note: "x".repeat(40),
}))

const table = (cell: (text: string) => string, delimiter: string) =>
  [["id", "name", "plan", "note"], ...accounts.map((account) => Object.values(account))]
    .map((cells) => cells.map(cell).join(delimiter))
    .join("\r\n")

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
const escaped = (text: string) => text.replaceAll("\n", String.raw`\n`)

const utf16 = (text: string) => {
  const units = Uint16Array.from(`\ufeff${text}`, (unit) => unit.charCodeAt(0))
  return new Uint8Array(units.buffer)
}

/** The same rows in every form; where each ends is told by what is read of the beginning. */
const forms: Record<string, Uint8Array> = {
  "a CSV": utf8(table((text) => (/[",\n]/.test(text) ? quoted(text) : text), ",")),
  "a CSV with all cells in quotes": utf8(table(quoted, ";")),
  "a CSV in UTF-16": utf16(table(quoted, ",")),
  "what COPY writes": utf8(`${table(escaped, "\t")}\r\n\\.\r\n`),
  "objects one a line": utf8(accounts.map((account) => JSON.stringify(account)).join("\n")),
  "a list on one line": utf8(JSON.stringify(accounts)),
  "a list over many lines": utf8(JSON.stringify(accounts, null, 2)),
  "a CSV in a gzip": gzipSync(utf8(table(quoted, ","))),
}

const read = (bytes: Uint8Array, options: Source.Options) =>
  Effect.gen(function* () {
    const { rows } = yield* Source.open(Stream.make(bytes), options)
    const all = yield* Stream.runCollect(rows)
    return all.map((row) => JSON.stringify(row._tag === "Cells" ? row.cells : row._tag === "Object" ? row.value : null))
  })

/** What may happen to a file on its way, at one place. */
const damages: Record<string, (bytes: Uint8Array, at: number) => Uint8Array> = {
  "is cut": (bytes, at) => bytes.slice(0, at),
  "has a byte that changed": (bytes, at) => bytes.map((byte, place) => (place === at ? byte ^ 0x15 : byte)),
  "has a quote more": (bytes, at) => Uint8Array.from([...bytes.subarray(0, at), 0x22, ...bytes.subarray(at)]),
}

describe("a file that is damaged at any place", () => {
  for (const [form, bytes] of Object.entries(forms)) {
    it.effect(`is refused, or read with every row before it, as ${form}`, () =>
      Effect.gen(function* () {
        // The mark by which a COPY is recognised is at its end, and may be what is lost.
        const options = form === "what COPY writes" ? ({ format: "copy" } as const) : {}
        const whole = yield* read(bytes, options)
        assert.lengthOf(whole, accounts.length)
        for (let at = 997; at < bytes.length; at += 997) {
          // The row that is cut, and the one before it, whose end may be what was lost.
          const before = Math.floor((at / bytes.length) * accounts.length) - 4
          for (const [what, damage] of Object.entries(damages)) {
            const found = yield* Effect.result(read(damage(bytes, at), options))
            if (Result.isFailure(found)) continue
            const intact = whole.slice(0, Math.max(0, before))
            assert.deepStrictEqual(found.success.slice(0, intact.length), intact, `${what} at ${at}`)
          }
        }
      }),
    )
  }
})
