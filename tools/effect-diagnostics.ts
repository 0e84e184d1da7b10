/**
 * Runs Effect's own diagnostics over the workspace. Fails on any diagnostic, and when fewer files were read than TypeScript reads: the
 * tool exits 0 when it has read none.
 */
import { spawnSync } from "node:child_process"
import { relative } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"

interface Report {
  readonly diagnostics: ReadonlyArray<{
    readonly file: string
    readonly line: number
    readonly column: number
    readonly severity: string
    readonly name: string
    readonly message: string
  }>
  readonly summary: { readonly filesChecked: number }
}

const root = fileURLToPath(new URL("../", import.meta.url))

const run = (command: string, ...args: ReadonlyArray<string>): string => {
  const { error, status, stderr, stdout } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  })
  if (error !== undefined) throw error
  if (stdout === "") throw new Error(`${command} printed nothing and ended with ${status}: ${stderr}`)
  return stdout
}

const sources = run("tsc", "--project", "tsconfig.json", "--listFilesOnly")
  .split("\n")
  .filter((file) => file.startsWith(root) && file.endsWith(".ts") && !file.includes("/node_modules/"))

const report: Report = JSON.parse(
  run("effect-tsgo", "diagnostics", "--project", "tsconfig.json", "--format", "json", "--strict"),
)

for (const { column, file, line, message, name, severity } of report.diagnostics) {
  console.error(`${relative(root, file)}:${line}:${column} ${severity} ${name}: ${message}`)
}

const { filesChecked } = report.summary
const complete = filesChecked > 0 && filesChecked >= sources.length
console.log(`Effect diagnostics: ${report.diagnostics.length} in ${filesChecked} of ${sources.length} files.`)
if (!complete) console.error("Not every source file was read.")
process.exitCode = complete && report.diagnostics.length === 0 ? 0 : 1
