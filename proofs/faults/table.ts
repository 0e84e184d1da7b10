/**
 * A program that runs the fault matrix, or the numbers it is given, on Node and on Deno, and prints it as a table: `npm run faults -- 23 41`.
 * It exits with 1 when a scenario does not end as expected.
 */
import { spawn } from "node:child_process"
import process from "node:process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { matrix } from "./matrix.ts"
import type { Reported } from "./report.ts"
import type { Runtime } from "./runtime.ts"
import { expectedOn, format, type Scenario } from "./scenario.ts"

const program = fileURLToPath(new URL("report.ts", import.meta.url))
const commands: Readonly<Record<Runtime, readonly [command: string, ...args: ReadonlyArray<string>]>> = {
  node: ["node", program],
  deno: ["deno", "run", "-A", "--quiet", "--unstable-no-legacy-abort", program],
}

/** What a runtime reports of each scenario, by its place in the matrix. */
const reportOf = async (runtime: Runtime): Promise<ReadonlyMap<number, Reported>> => {
  const [command, ...args] = commands[runtime]
  const child = spawn(command, [...args, ...process.argv.slice(2)], { stdio: ["ignore", "pipe", "pipe"] })
  // What a runtime remarks on broken streams is of no interest, unless it ends without a report.
  let remarks = ""
  child.stderr.on("data", (chunk) => {
    remarks += String(chunk)
  })
  child.on("exit", (code) => {
    if (code !== 0) process.stderr.write(remarks)
  })
  const reports = new Map<number, Reported>()
  for await (const line of createInterface({ input: child.stdout })) {
    const report = JSON.parse(line) as Reported
    reports.set(report.index, report)
  }
  return reports
}

const describeReport = (report: Reported | undefined): string => {
  if (report === undefined) return "no report"
  const { expected, got, objections } = report
  return [...(got === expected ? [] : [got]), ...objections].join("; ") || "as expected"
}

const describeExpected = (scenario: Scenario): string => {
  const [node, deno] = (["node", "deno"] as const).map((runtime) => format(expectedOn(scenario, runtime)))
  return node === deno ? node! : `Node: ${node}; Deno: ${deno} (${noteOf(scenario)})`
}

const notes: Array<string> = []

/** The mark of a note at the foot of the table. */
const noteOf = ({ expected }: Scenario): string => {
  const note = "because" in expected ? expected.because : ""
  if (!notes.includes(note)) notes.push(note)
  return `note ${notes.indexOf(note) + 1}`
}

const numbers = process.argv.slice(2).map(Number)
const startedAt = performance.now()
const [node, deno] = await Promise.all([reportOf("node"), reportOf("deno")])
const asked = matrix
  .map((scenario, index) => ({ scenario, node: node.get(index), deno: deno.get(index) }))
  .filter(({ scenario }) => numbers.length === 0 || numbers.includes(scenario.number))

const rows = [
  ["#", "call", "scenario", "expected", "Node", "Deno"],
  ...asked.map((row) => [
    String(row.scenario.number),
    row.scenario.verb ?? "create",
    row.scenario.name,
    describeExpected(row.scenario),
    describeReport(row.node),
    describeReport(row.deno),
  ]),
]
const widths = rows[0]!.map((_, column) => Math.min(84, Math.max(...rows.map((row) => row[column]!.length))))
for (const row of rows) {
  process.stdout.write(
    `${row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd()}\n`,
  )
}

const kept = (reports: ReadonlyArray<Reported | undefined>) =>
  reports.filter((report) => describeReport(report) === "as expected").length
const passed = { node: kept(asked.map((row) => row.node)), deno: kept(asked.map((row) => row.deno)) }

process.stdout.write("\n")
for (const [index, note] of notes.entries()) process.stdout.write(`Note ${index + 1}: ${note}.\n`)
process.stdout.write(
  `Read an expectation as: how the call ended; what is known of the account, unless the end says it; what the server received in order; how
many accounts it created or changed. In every scenario the key is searched in all that the caller sees, and a second server waits for requests that
should not be made. Numbers 48 to 52 and 55, and the journal of 42, concern files and bulk imports.

${asked.length} scenarios: ${passed.node} as expected on Node, ${passed.deno} on Deno, in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.\n`,
)
process.exitCode = asked.length > 0 && passed.node === asked.length && passed.deno === asked.length ? 0 : 1
