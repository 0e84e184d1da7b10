/**
 * Adds what the command bundles to its bill of materials, which pnpm makes from dependencies alone: the packages that the build has listed with
 * their licences, and our own. `node tools/release/sbom.ts FILE`, after a build.
 */
import { readFileSync, writeFileSync } from "node:fs"
import process from "node:process"
import { published } from "./published.ts"

interface Component {
  readonly type: "library"
  readonly name: string
  readonly version: string
  readonly purl: string
}

const component = (name: string, version: string): Component => ({
  type: "library",
  name,
  version,
  purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
})

/** Each licence follows a line `name version` and a blank one. */
export const bundledIn = (licences: string): ReadonlyArray<Component> =>
  licences.split("\n----\n\n").flatMap((text) => {
    const [, name, version] = /^(\S+) (\d\S*)\n\n/u.exec(text) ?? []
    return name === undefined || version === undefined ? [] : [component(name, version)]
  })

if (import.meta.main) {
  const [file = ""] = process.argv.slice(2)
  const command = published.find(({ bin }) => bin !== undefined)
  if (command === undefined) throw new Error("No package has a command.")
  const licences = readFileSync(new URL("dist/THIRD-PARTY-LICENSES", command.directory), "utf8")
  const own = published.filter(({ name }) => command.devDependencies?.[name] !== undefined)
  const bill = JSON.parse(readFileSync(file, "utf8")) as { components?: ReadonlyArray<Component> }
  const components = [...own.map(({ name, version }) => component(name, version)), ...bundledIn(licences)]
  if (components.length === own.length) throw new Error("The build has listed nothing that it bundles.")
  writeFileSync(
    file,
    `${JSON.stringify({ ...bill, components: [...(bill.components ?? []), ...components] }, null, 2)}\n`,
  )
}
