import { assert, describe, it } from "@effect/vitest"
import { notesOf, sectionOf } from "../../release/notes.ts"

const changelog =
  "# core\n\n## 0.2.0\n\n### Minor Changes\n\n- Add two.\n\n## 0.1.0\n\n### Minor Changes\n\n- Add one.\n"

describe("the notes of a release", () => {
  it("have its part of the changelog alone", () => {
    assert.strictEqual(sectionOf(changelog, "0.2.0"), "### Minor Changes\n\n- Add two.")
    assert.strictEqual(sectionOf(changelog, "0.1.0"), "### Minor Changes\n\n- Add one.")
  })

  it("say that Deno waits 24 hours", () => {
    assert.match(notesOf(changelog, "0.1.0"), /^### Minor Changes\n\n- Add one\.\n\nDeno takes no version .* 24 hours/u)
  })
})
