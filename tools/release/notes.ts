/**
 * Writes what is told of each package that this run has published: its part of the changelog, and that Deno waits. One file a release,
 * `tools/packed/notes/core@0.1.0.md`.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { releasedIn } from "./plan.ts"
import { published } from "./published.ts"

/** The part of a changelog that tells of one version, without its heading. */
export const sectionOf = (changelog: string, version: string): string => {
  const sections = changelog.split(/^## /mu)
  const section = sections.find((text) => text.startsWith(`${version}\n`)) ?? ""
  return section.slice(version.length).trim()
}

export const notesOf = (changelog: string, version: string): string =>
  [
    sectionOf(changelog, version),
    "Deno takes no version of a package that is younger than 24 hours: wait a day, or pass `--minimum-dependency-age=0`.",
  ].join("\n\n")

if (import.meta.main) {
  const packed = new URL("../packed/", import.meta.url)
  mkdirSync(new URL("notes/", packed), { recursive: true })
  for (const { name, version } of releasedIn(new URL("publish-plan.json", packed))) {
    const source = published.find((each) => each.name === name)
    if (source === undefined) continue
    const changelog = readFileSync(new URL("CHANGELOG.md", source.directory), "utf8")
    writeFileSync(
      new URL(`notes/${name.replace(/^.*\//u, "")}@${version}.md`, packed),
      `${notesOf(changelog, version)}\n`,
    )
  }
}
