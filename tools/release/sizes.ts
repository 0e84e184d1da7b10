/**
 * What the packages take, as a table of Markdown: the packages that are installed with one are counted by what the workspace has installed.
 */
import { addDependencies, type Releases } from "./installed.ts"
import type { Packed } from "./packed.ts"
import type { Manifest } from "./published.ts"

type Source = Manifest & { readonly directory: URL }

/** The packages that come with one: what it depends on, what those do, and the peers that it has to have. */
const installedWith = (source: Source, sources: ReadonlyArray<Source>): ReadonlySet<string> => {
  const releases: Releases = new Map()
  const own = new Set<string>()
  const visit = ({ directory, ...manifest }: Source): void => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = manifest
    const peers = Object.entries(peerDependencies ?? {}).filter(([name]) => !peerDependenciesMeta?.[name]?.optional)
    addDependencies(
      releases,
      { name: "", version: "", dependencies: dependencies ?? {}, peerDependencies: Object.fromEntries(peers) },
      directory,
    )
    for (const name of Object.keys(dependencies ?? {})) {
      const sibling = sources.find((other) => other.name === name)
      if (sibling === undefined || own.has(name)) continue
      own.add(name)
      visit(sibling)
    }
  }
  visit(source)
  return new Set([...own, ...releases.keys()])
}

const inKilobytes = (bytes: number): string => `${Math.ceil(bytes / 1000)} kB`

export const sizes = (
  all: ReadonlyArray<Packed>,
  sources: ReadonlyArray<Source>,
  budgetOf: (name: string) => number,
): string => {
  const rows = all.map(({ files, manifest, packedSize, unpackedSize }) => {
    const source = sources.find(({ name }) => name === manifest.name)
    const brings = source === undefined ? 0 : installedWith(source, sources).size
    const cells = [
      `${manifest.name} ${manifest.version}`,
      inKilobytes(packedSize),
      inKilobytes(budgetOf(manifest.name)),
    ]
    return [...cells, inKilobytes(unpackedSize), String(files.size), String(brings)]
  })
  const head = ["package", "packed", "budget", "unpacked", "files", "installs with it"]
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`))
  return [head, rule, ...rows].map(line).join("\n")
}
