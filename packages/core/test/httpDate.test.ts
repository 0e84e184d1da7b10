import { assert, describe, it } from "@effect/vitest"
import * as Headers from "effect/http/Headers"
import * as Result from "effect/Result"
import { parseHttpDate } from "../src/internal/httpDate.ts"

const read = (text: string) => {
  const date = Result.getOrUndefined(Headers.parseHttpDate(text))
  return date?.epochMilliseconds
}

describe("parseHttpDate", () => {
  it("reads the three forms of dates as Effect does", () => {
    const forms = [
      "Sun, 06 Nov 1994 08:49:37 GMT",
      " sun, 06 nov 1994 08:49:37 gmt ",
      "Thu, 29 Feb 2024 23:59:59 GMT",
      "Sunday, 06-Nov-94 08:49:37 GMT",
      "Wednesday, 01-Jan-69 00:00:00 GMT",
      "Thursday, 01-Jan-70 00:00:00 GMT",
      "Sun Nov  6 08:49:37 1994",
      "Tue Dec 16 00:00:00 2031",
    ]
    for (const form of forms) {
      assert.isNumber(read(form), form)
      assert.strictEqual(parseHttpDate(form), read(form), form)
    }
  })

  it("reads nothing else as a date", () => {
    const others = [
      "",
      "soon",
      "12",
      "2026-01-01T00:00:00Z",
      "Sun, 6 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 08:49:37",
      "Sun, 06 Nov 1994 08:49:37 CET",
      "Sun, 31 Feb 2026 08:49:37 GMT",
      "Sun, 06 Nox 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:49:37 GMT",
      "Sun, 06 Nov 1994 :8:49:37 GMT",
      "Sun Nov 6 08:49:37 1994",
      "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:38 GMT",
    ]
    for (const other of others) {
      assert.isUndefined(read(other), other)
      assert.isUndefined(parseHttpDate(other), other)
    }
  })
})
