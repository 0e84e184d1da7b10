import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { makeVariables } from "../src/internal/shared/config.ts"
import { forCreate, resolve } from "../src/internal/shared/settings.ts"
import { type DataCenter, dataCenters } from "../src/Options.ts"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

/** The options that an interface of the source declares, each with the default that its comment states. */
const statedIn = (name: string) => {
  const [, body = ""] =
    new RegExp(`export interface ${name} [^\\n]*\\{\\n(.*?)\\n\\}`, "su").exec(read("../src/Options.ts")) ?? []
  const options = [...body.matchAll(/\/\*\*((?:(?!\*\/).)*)\*\/\n {2}readonly (\w+)\?:/gsu)]
  return options.map(([, comment, option]) => [option!, /@default (.*)/u.exec(comment!)?.[1]] as const)
}

/** A stated default as the code holds it: durations in milliseconds. */
const valueOf = (stated: string, held: unknown): unknown => {
  const value: unknown = JSON.parse(stated)
  if (typeof held !== "number" || typeof value === "number") return value
  return Option.match(Duration.fromInput(value as Duration.Input), { onNone: () => value, onSome: Duration.toMillis })
}

/** Those of the service: its own, and the bounds that a create has as well. */
const ofService = ["Bounds", "Options"].flatMap(statedIn)

const settings = Result.getOrThrow(resolve({ apiKey: Redacted.make("key-of-the-test") }))
const create = Result.getOrThrow(forCreate(settings, {}))

describe("the defaults that the options state", () => {
  it("are those of the code", () => {
    const stated = ofService.filter(([option]) => option in settings)
    assert.lengthOf(stated, 8)
    const { dataCenter } = Object.fromEntries(ofService)
    assert.strictEqual(settings.origin, dataCenters[valueOf(dataCenter!, "") as DataCenter])
    for (const [option, text] of stated) {
      const held = settings[option as keyof typeof settings]
      assert.strictEqual(valueOf(text!, held), held, option)
    }
  })

  it("are those of the code for a create", () => {
    for (const option of ["ifExists", "preflight", "inDoubt"] as const) {
      const stated = Object.fromEntries(statedIn("CreateOptions"))
      assert.strictEqual(valueOf(stated[option]!, create[option]), create[option], option)
    }
  })

  it("are stated for every option", () => {
    const missing = [...ofService, ...statedIn("CreateOptions")].filter(([, text]) => text === undefined)
    assert.deepStrictEqual(missing, [])
  })
})

describe("the table of variables", () => {
  it("names every variable with its option and the default of that", () => {
    const rows = [...read("../README.md").matchAll(/^\| `(APTRINSIC_\w+)` +\| `(\w+)` +\| (.*?) +\|$/gmu)]
    const snake = (option: string) =>
      `APTRINSIC_${option.replaceAll(/[A-Z]/gu, (letter) => `_${letter}`).toUpperCase()}`
    assert.deepStrictEqual(
      rows.map(([, variable, option]) => [variable, option]),
      Object.keys(makeVariables()).map((option) => [snake(option), option]),
    )
    const stated = Object.fromEntries(ofService)
    for (const [, , option, text] of rows.filter(([, , name = ""]) => !["apiKey", "baseUrl"].includes(name))) {
      assert.strictEqual(text, stated[option!]?.replaceAll('"', ""), option)
    }
  })
})
