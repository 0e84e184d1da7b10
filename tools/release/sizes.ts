/**
 * What the packages take, as a table of Markdown: packed, unpacked, with how many others, and tree-shaken in a bundle after gzip. The packages that
 * are installed with one are counted by what the workspace has installed.
 */
import { bundledSize } from "./bundle.ts"
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

const row = async (
  { files, manifest, packedSize, unpackedSize }: Packed,
  sources: ReadonlyArray<Source>,
  budget: number,
): Promise<ReadonlyArray<string>> => {
  const source = sources.find(({ name }) => name === manifest.name)
  const brings = source === undefined ? 0 : installedWith(source, sources).size
  const bundled = await bundledSize(manifest.name)
  return [
    `${manifest.name} ${manifest.version}`,
    inKilobytes(packedSize),
    inKilobytes(budget),
    inKilobytes(unpackedSize),
    String(files.size),
    String(brings),
    bundled === undefined ? "" : inKilobytes(bundled),
  ]
}

export const sizes = async (
  all: ReadonlyArray<Packed>,
  sources: ReadonlyArray<Source>,
  budgetOf: (name: string) => number,
): Promise<string> => {
  const rows = await Promise.all(all.map((packed) => row(packed, sources, budgetOf(packed.manifest.name))))
  const head = ["package", "packed", "budget", "unpacked", "files", "installs with it", "bundled, gzip"]
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((cells) => cells[column]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`))
  return [head, rule, ...rows].map(line).join("\n")
}
