/**
 * Sums up the reports that the test suites of a run have left, as its last line: `N passed, N failed`. Fails when no test ran.
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
    readonly assertionResults: ReadonlyArray<unknown>
  }>
}

const root = fileURLToPath(new URL("../", import.meta.url))
const total = { passed: 0, failed: 0, skipped: 0 }

for (const file of globSync("{*,*/*}/test-results/*.json", { cwd: root }).toSorted()) {
  const report: Report = JSON.parse(readFileSync(`${root}${file}`, "utf8"))
  // A file that could not be loaded holds no test that could fail.
  const broken = report.testResults.filter(
    ({ assertionResults, status }) => status === "failed" && assertionResults.length === 0,
  )
  const passed = report.numPassedTests
  const failed = report.numFailedTests + broken.length
  total.passed += passed
  total.failed += failed
  total.skipped += report.numPendingTests + report.numTodoTests
  console.log(`${`${dirname(dirname(file))} ${basename(file, ".json")}`.padEnd(32)} ${passed} passed, ${failed} failed`)
}

console.log(`${total.passed} passed, ${total.failed} failed${total.skipped === 0 ? "" : `, ${total.skipped} skipped`}`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
