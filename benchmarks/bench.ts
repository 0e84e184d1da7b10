/**
 * Runs every benchmark, prints its table and keeps it in README.md, between the markers that carry its name. With
 * `--quick` fewer rounds and creates, and nothing is kept.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFile, writeFile } from "node:fs/promises"
import process from "node:process"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"

const benchmarks = ["startup", "overhead", "pacing", "import", "web", "jobs"] as const
const quick = process.argv.includes("--quick")
const quickArgs = {
  startup: ["5"],
  overhead: ["--quick"],
  pacing: ["--quick"],
  import: ["--quick"],
  web: ["--quick"],
  jobs: ["--quick"],
}

const run = async (benchmark: (typeof benchmarks)[number]): Promise<string> => {
  const program = fileURLToPath(new URL(`${benchmark}.ts`, import.meta.url))
  const child = spawn(process.execPath, [program, ...(quick ? quickArgs[benchmark] : [])], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")])
  if (code !== 0) throw new Error(`${benchmark} ended with ${code}`)
  return output.trim()
}

const readme = new URL("README.md", import.meta.url)
for (const benchmark of benchmarks) {
  const output = await run(benchmark)
  console.log(`\n${benchmark}\n\n${output}`)
  if (quick) continue
  const [begin, end] = [`<!-- ${benchmark} -->`, `<!-- end of ${benchmark} -->`]
  const page = await readFile(readme, "utf8")
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from) throw new Error(`README.md has no place for ${benchmark}`)
  await writeFile(readme, `${page.slice(0, from + begin.length)}\n\n${output}\n\n${page.slice(to)}`)
}
