import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { exceptions, violations } from "./violations.ts"
import { copyWorkspace, type WorkspaceCopy } from "./workspaceCopy.ts"

interface Report {
  readonly number_of_files: number
  readonly diagnostics: ReadonlyArray<{ readonly filename: string; readonly code?: string; readonly message: string }>
}

let workspace: WorkspaceCopy
let report: Report

/** The rules that a planted file breaks; a suppression that suppresses nothing has no rule to its name. */
const rulesBroken = (file: string): ReadonlyArray<string> => [
  ...new Set(report.diagnostics.filter(({ filename }) => filename === file).map(({ code }) => code ?? "unused")),
]

beforeAll(() => {
  workspace = copyWorkspace()
  for (const { file, source } of [...violations, ...exceptions]) workspace.plant(file, source)
  report = JSON.parse(workspace.run("oxlint", "--format", "json").output)
})

afterAll(() => workspace.dispose())

describe("oxlint rejects", () => {
  for (const { breaks, file, rule } of violations) {
    it(`${breaks}: ${rule}`, () => assert.deepStrictEqual(rulesBroken(file), [rule]))
  }
})

describe("oxlint accepts", () => {
  for (const { allows, file } of exceptions) {
    it(allows, () => assert.deepStrictEqual(rulesBroken(file), []))
  }
})
