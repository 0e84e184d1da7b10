import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { barriers, beyond, visit } from "./browser.ts"

const pageOf = (markup: string) => `data:text/html,${encodeURIComponent(markup)}`

const complaintOf = (markup: string) =>
  Effect.map(Effect.exit(visit(pageOf(markup), {}, () => Promise.resolve())), String)

describe("a visit", () => {
  it.live.each([
    ["an error in the console", "<script>console.error('broken')</script>", "reports broken"],
    ["an exception", "<script>throw new Error('broken')</script>", "throws broken"],
    ["a request to elsewhere", "<img src='http://127.0.0.1:9/a.png'>", "asks http://127.0.0.1:9/a.png"],
    [
      "a policy that is violated",
      "<meta http-equiv='content-security-policy' content=\"default-src 'none'\"><script>1</script>",
      "Content Security Policy",
    ],
  ] as const)("fails on %s", ([, markup, complaint]) =>
    Effect.map(complaintOf(markup), (met) => assert.include(met, complaint)),
  )

  it.live("tells barriers, and pixels beyond the screen", () =>
    visit(pageOf("<img src='data:,' style='width:2000px'>"), { width: 360 }, async (page) => {
      assert.include((await barriers(page)).join("\n"), "image-alt")
      assert.isAbove(await beyond(page), 1_000)
    }),
  )
})
