import { assert, describe, it } from "@effect/vitest"
import { visible } from "../src/internal/shared/visibleText.ts"

describe("visible", () => {
  it("leaves ordinary text in any script alone", () => {
    for (const text of ["Acme Inc", "Müller & Söhne", "株式会社", "👩‍👩‍👧", ""]) assert.strictEqual(visible(text), text)
  })

  it("shows what would move a cursor, hide text or reorder it", () => {
    assert.strictEqual(
      visible("a\u001b[31mb\u0007\u009b1m\u202e\n\r\t\0"),
      "a\\u{1b}[31mb\\u{7}\\u{9b}1m\\u{202e}\\n\\r\\t\\u{0}",
    )
  })

  it("cuts long text and marks the cut", () => {
    assert.strictEqual(visible("x".repeat(1_000_000), 10), "xxxxxxxxx…")
    assert.isTrue(visible("😀😀", 2).isWellFormed())
  })
})
