import { readFileSync } from "node:fs"
import * as JobMetrics from "@effect-aptrinsic/jobs/JobMetrics"
import { assert, describe, it } from "@effect/vitest"

const page = readFileSync(new URL("../../../docs/observability.md", import.meta.url), "utf8")

describe("the metrics of workers", () => {
  it("are those of the documentation, by name and kind", () => {
    const documented = [...page.matchAll(/^\| `(aptrinsic_(?:job|rate)\w*)` +\| (\w+)/gmu)].map(
      ([, id, kind]) => `${id} ${kind}`,
    )
    const known = Object.values(JobMetrics).map(({ id, type }) => `${id} ${type.toLowerCase()}`)
    assert.sameMembers(documented, known)
  })
})
