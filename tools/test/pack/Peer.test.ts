import { assert, describe, it } from "@effect/vitest"
import { archive, type Release } from "../../release/installed.ts"
import { makeProject, packages } from "../../release/project.ts"

/** An Effect of another generation; nobody gets as far as its content. */
const effect3: Release = {
  manifest: { name: "effect", version: "3.22.0" },
  tarball: () => archive(new URL("../../release/consumer/", import.meta.url)),
}

describe("a project with Effect 3", () => {
  it("is told by npm which Effect a package needs", async () => {
    await using project = await makeProject({ others: [effect3] })
    const core = packages("libraries")["@effect-aptrinsic/core"]
    project.write("package.json", { dependencies: { "@effect-aptrinsic/core": core, effect: "3.22.0" } })
    const message = await project.run("npm", "install").then(
      () => "installed",
      (error: Error) => error.message,
    )
    assert.include(message, "ERESOLVE")
    assert.match(message, /peer effect@"~4\.1\.0" from @effect-aptrinsic\/core/u)
  })
})
