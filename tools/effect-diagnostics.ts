/**
 * Runs Effect's own diagnostics over the workspace. Fails on any diagnostic, and when fewer files were read than TypeScript reads: the
 * tool exits 0 when it has read none.
 */
import { spawnSync } from "node:child_process"
import { dirname, join, relative } from "node:path"
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

/** One project for each version of effect. */
const projects = ["tsconfig.json", "packages/effect3/tsconfig.check.json"]

const diagnose = (project: string) => {
  const sources = run("tsc", "--project", project, "--listFilesOnly")
    .split("\n")
    .filter(
      (file) =>
        file.startsWith(dirname(join(root, project))) && file.endsWith(".ts") && !file.includes("/node_modules/"),
    )
  const { diagnostics, summary }: Report = JSON.parse(
    run("effect-tsgo", "diagnostics", "--project", project, "--format", "json", "--strict"),
  )
  for (const { column, file, line, message, name, severity } of diagnostics) {
    console.error(`${relative(root, file)}:${line}:${column} ${severity} ${name}: ${message}`)
  }
  const { filesChecked } = summary
  const complete = filesChecked > 0 && filesChecked >= sources.length
  console.log(`Effect diagnostics: ${diagnostics.length} in ${filesChecked} of ${sources.length} files.`)
  if (!complete) console.error("Not every source file was read.")
  return complete && diagnostics.length === 0
}

process.exitCode = projects.map(diagnose).every(Boolean) ? 0 : 1
