/**
 * Gives the command a release whenever a package that it bundles gets one: changesets follows dependencies, of which a bundle has none, so a fix
 * in core would never reach the people who run `aptrinsic`. Runs before `changeset version`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { published } from "./published.ts"

const changesets = new URL("../../.changeset/", import.meta.url)
const command = published.find(({ bin }) => bin !== undefined)
const bundled = new Set(Object.keys(command?.devDependencies ?? {}))

const named = readdirSync(changesets)
  .filter((file) => file.endsWith(".md"))
  .flatMap(
    (file) =>
      readFileSync(new URL(file, changesets), "utf8")
        .split(/^---$/mu)[1]
        ?.match(/@[\w-]+\/[\w-]+/gu) ?? [],
  )
const changed = [...new Set(named)].filter((name) => bundled.has(name)).toSorted()

if (command !== undefined && changed.length > 0 && !named.includes(command.name)) {
  const names = changed.map((name) => `\`${name}\``).join(", ")
  writeFileSync(
    new URL("bundled.md", changesets),
    `---\n"${command.name}": patch\n---\n\nBundle what changed in ${names}.\n`,
  )
}
