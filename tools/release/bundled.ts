/**
 * Gives each bundle (the command, the bridges) a release whenever a package that it bundles gets one: changesets follows dependencies, of which a
 * bundle has none, so a fix in core would never reach the people who run `aptrinsic`. Runs before `changeset version`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { published } from "./published.ts"

const changesets = new URL("../../.changeset/", import.meta.url)
/** What the compiler alone builds bundles nothing. */
const bundles = published.filter(({ scripts }) => scripts?.["build"]?.includes("tsc ") === false)

const named = readdirSync(changesets)
  .filter((file) => file.endsWith(".md"))
  .flatMap(
    (file) =>
      readFileSync(new URL(file, changesets), "utf8")
        .split(/^---$/mu)[1]
        ?.match(/@[\w-]+\/[\w-]+/gu) ?? [],
  )

for (const { devDependencies = {}, name } of bundles) {
  const changed = [...new Set(named)].filter((each) => each in devDependencies).toSorted()
  if (changed.length === 0 || named.includes(name)) continue
  const names = changed.map((each) => `\`${each}\``).join(", ")
  writeFileSync(
    new URL(`bundled-in-${name.replace(/^.*\//u, "")}.md`, changesets),
    `---\n"${name}": patch\n---\n\nBundle what changed in ${names}.\n`,
  )
}
