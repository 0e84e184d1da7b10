/**
 * Sums up the reports that the test suites of a run have left, as its last line: `N passed, N failed`, under what failed. Fails when no test ran.
 */
import { globSync, readFileSync } from "node:fs"
import { basename, dirname } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: ReadonlyArray<{
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: ReadonlyArray<{
      readonly fullName: string
      readonly status: string
      readonly failureMessages: ReadonlyArray<string>
    }>
  }>
}

const root = fileURLToPath(new URL("../", import.meta.url))
const linesOfFailure = 12
const total = { passed: 0, failed: 0, skipped: 0 }
const failures: Array<string> = []
const fail = (what: string, message: string) =>
  failures.push(`✖ ${what}\n${message.split("\n").slice(0, linesOfFailure).join("\n")}`)

for (const file of globSync("{*,*/*}/test-results/*.json", { cwd: root }).toSorted()) {
  const report: Report = JSON.parse(readFileSync(`${root}${file}`, "utf8"))
  const suite = `${dirname(dirname(file))} ${basename(file, ".json")}`
  // A file that could not be loaded holds no test that could fail.
  const broken = report.testResults.filter(
    ({ assertionResults, status }) => status === "failed" && assertionResults.length === 0,
  )
  for (const { message, name } of broken) fail(`${suite}: ${basename(name)}`, message)
  for (const { failureMessages, fullName, status } of report.testResults.flatMap((each) => each.assertionResults)) {
    if (status === "failed") fail(`${suite}: ${fullName}`, failureMessages.join("\n"))
  }
  const passed = report.numPassedTests
  const failed = report.numFailedTests + broken.length
  total.passed += passed
  total.failed += failed
  total.skipped += report.numPendingTests + report.numTodoTests
  console.log(`${suite.padEnd(32)} ${passed} passed, ${failed} failed`)
}

for (const failure of failures) console.log(failure)

console.log(`${total.passed} passed, ${total.failed} failed${total.skipped === 0 ? "" : `, ${total.skipped} skipped`}`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
