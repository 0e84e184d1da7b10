import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { barriers, beyond, visit } from "./browser.ts"
import { unreadable } from "./support/unreadable.ts"

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

  it.live("tells texts that are cut off, beyond the screen or on one another, and none that are only heard", () => {
    const styled = (style: string, text: string) => `<div style="white-space:nowrap;${style}">${text}</div>`
    const markup = [
      styled("width:3em;overflow:hidden", "cut in the middle"),
      styled("width:3em;overflow:auto", "to be scrolled"),
      styled("position:absolute;clip-path:inset(50%)", "heard alone"),
      styled("position:absolute;left:80px;top:200px", "below"),
      styled("position:absolute;left:90px;top:203px", "above"),
      styled("position:absolute;left:340px;top:300px", "outside"),
    ].join("")
    return visit(pageOf(markup), { width: 360 }, async (page) => {
      assert.deepStrictEqual(await unreadable(page), [
        "cut in the middle is cut off",
        "outside is beyond the screen",
        "below stands on above",
      ])
    })
  })
})
