import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { published } from "../../release/published.ts"
import { bundledIn } from "../../release/sbom.ts"

const command = published.find(({ bin }) => bin !== undefined)

describe("the bill of materials of the command", () => {
  it("names each package whose licence stands beside the bundle", () => {
    const licences = "@noble/hashes 2.4.0\n\nMIT\n\n----\n\nleven 4.1.0\n\nMIT License\n\nleven 9.9.9\n\n"
    assert.deepStrictEqual(
      bundledIn(licences).map(({ purl }) => purl),
      ["pkg:npm/%40noble/hashes@2.4.0", "pkg:npm/leven@4.1.0"],
    )
  })

  it("names what is bundled now", () => {
    const licences = readFileSync(new URL("dist/THIRD-PARTY-LICENSES", command?.directory), "utf8")
    assert.includeMembers(
      bundledIn(licences).map(({ name }) => name),
      ["effect", "undici", "@effect/platform-node", "@noble/hashes", "leven", "swagger-ui"],
    )
  })
})
