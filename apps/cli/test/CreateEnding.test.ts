import type { AccountCreated } from "@effect-aptrinsic/core/Accounts"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { ending } from "../src/commands/accounts/create.ts"

const created: AccountCreated = {
  account: { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1"], website: "https://acme.example/" },
  reconciled: true,
  existed: false,
  evidence: "absence",
  differences: [{ path: "website", kind: "value", sent: "https://acme.example/", found: "acme.example" }],
  attempts: 3,
  waited: Duration.zero,
  elapsed: Duration.zero,
}

const told = (how: Partial<AccountCreated> = {}) => ending({ ...created, ...how }, (_, text) => text)

describe("the end of a create", () => {
  it("tells an account that PX keeps otherwise as created, with both values", () => {
    const { notes, result } = told()
    assert.deepEqual(result.lines, ["✔ Created account acme (Acme Inc); PX keeps website otherwise"])
    assert.deepEqual(notes, [
      "The answer of PX was lost; looking the account up showed that it was created.",
      '  website is "acme.example" in PX, "https://acme.example/" here',
    ])
    assert.deepInclude(result.document, {
      status: "created",
      reconciled: true,
      evidence: "absence",
      differences: [{ path: "website", kind: "value", sent: "https://acme.example/", found: "acme.example" }],
    })
  })

  it("tells an account that was there before as a duplicate, with what differs", () => {
    const { notes, result } = told({ existed: true, reconciled: false })
    assert.deepEqual(result.lines, ["= Account acme already exists; it was not changed."])
    assert.deepEqual(notes, ['  website is "acme.example" in PX, "https://acme.example/" here'])
    assert.deepInclude(result.document, { status: "duplicate", id: "acme" })
  })
})
