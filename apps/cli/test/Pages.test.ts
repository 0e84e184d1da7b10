import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { commandPage } from "./pages/command.ts"
import { ofLibrary, variablesPage } from "./pages/variables.ts"
import { layerServices } from "./support/runtime.ts"

const read = (name: string) => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), "utf8")

describe("the pages that are printed: node apps/cli/test/man/update.ts", () => {
  it.effect("show the help of each command as the command prints it", () =>
    Effect.gen(function* () {
      const page = yield* commandPage
      assert.strictEqual(read("command"), page)
      for (const path of ["aptrinsic accounts import", "aptrinsic auth login", "aptrinsic sandbox"]) {
        assert.include(page, `## ${path}\n`)
      }
    }).pipe(Effect.provide(layerServices)),
  )

  it("show every variable with the option that it sets", () => {
    assert.strictEqual(read("variables"), variablesPage)
    assert.lengthOf(ofLibrary, 11)
    for (const { meaning } of ofLibrary) assert.match(meaning, /\w\.$/)
  })
})
