/**
 * Judges the tarballs of a directory before they are published: `node tools/release/check.ts DIRECTORY`. Prints what each of them takes and
 * what is wrong with it, and fails when anything is. Of a directory that `changeset pack` has filled, what its plan names is judged.
 */
import { existsSync, globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { readTarball } from "./packed.ts"
import { budgetOf, problemsOf } from "./problems.ts"
import { privateNames, published } from "./published.ts"
import { sizes } from "./sizes.ts"

interface Plan {
  readonly plan: ReadonlyArray<ReadonlyArray<{ readonly tarball?: { readonly path: string } }>>
}

const [directory = "."] = process.argv.slice(2)
const planFile = join(directory, "publish-plan.json")

const planned = (): ReadonlyArray<string> => {
  const { plan } = JSON.parse(readFileSync(planFile, "utf8")) as Plan
  return plan.flat().flatMap(({ tarball }) => tarball?.path ?? [])
}

const isRelease = existsSync(planFile)
const paths = isRelease ? planned() : globSync("*.tgz", { cwd: directory })
const all = paths.toSorted().map((path) => readTarball(join(directory, path)))
const problems = all.flatMap((packed) => problemsOf(packed, { privateNames, isRelease }))

if (all.length > 0) console.log(await sizes(all, published, budgetOf))
if (problems.length > 0) {
  console.error(`Refused, and nothing is published:\n${problems.map((problem) => `  ${problem}`).join("\n")}`)
  process.exitCode = 1
}
