import { readFileSync } from "node:fs"
import { AccountsErrorReason } from "@effect-aptrinsic/core/AccountsError"
import { Code } from "@effect-aptrinsic/files/Problem"
import { assert, describe, it } from "@effect/vitest"
import { page, reasons } from "./codes/page.ts"

describe("docs/codes.md", () => {
  it("is what the sources say", () => {
    assert.strictEqual(readFileSync(new URL("../../../docs/codes.md", import.meta.url), "utf8"), page)
  })

  it("has every code of a problem and every reason", () => {
    const tags = AccountsErrorReason.members.map(({ fields }) => fields._tag.schema.literal)
    assert.sameMembers(Object.keys(reasons), tags)
    for (const code of [...Code.literals, ...tags]) assert.include(page, `| \`${code}\` `)
  })
})
