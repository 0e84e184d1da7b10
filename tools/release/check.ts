/**
 * Judges the tarballs of a directory before they are published: `node tools/release/check.ts DIRECTORY`. Prints what each of them takes and
 * what is wrong with it, and fails when anything is. In a directory that `changeset pack` has filled, it judges what the plan names.
 */
import { globSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { readTarball } from "./packed.ts"
import { readPlan } from "./plan.ts"
import { budgetOf, problemsOf } from "./problems.ts"
import { privateNames, published } from "./published.ts"
import { sizes } from "./sizes.ts"

const [directory = "."] = process.argv.slice(2)
const plan = readPlan(join(directory, "publish-plan.json"))
const isRelease = plan !== undefined
const paths = plan?.flatMap(({ tarball }) => tarball?.path ?? []) ?? globSync("*.tgz", { cwd: directory })
const all = paths.toSorted().map((path) => readTarball(join(directory, path)))
const problems = all.flatMap((packed) => problemsOf(packed, { privateNames, isRelease }))

if (all.length > 0) console.log(await sizes(all, published, budgetOf))
if (problems.length > 0) {
  console.error(`Refused, and nothing is published:\n${problems.map((problem) => `  ${problem}`).join("\n")}`)
  process.exitCode = 1
}
