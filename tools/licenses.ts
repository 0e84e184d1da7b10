/**
 * Puts the licences of all that a bundle holds beside it, as they ask, and refuses what may not be given on.
 */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Plugin } from "rolldown"

const accepted = new Set(["MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "CC0-1.0", "Unlicense"])

/** What a package carries of others without their licences: the module that has it, the title, and a text that tells the version. */
const carried = [
  {
    module: /effect\/dist\/http-api\/internal\/httpApiSwagger\.js$/,
    title: "swagger-ui 5.31.0",
    version: 'PACKAGE_VERSION:\\"5.31.0\\"',
    file: "swagger-ui.txt",
  },
  {
    module: /undici\/lib\/llhttp\/llhttp-wasm\.js$/,
    title: "llhttp, in undici",
    version: "",
    file: "llhttp.txt",
  },
]

const separator = "\n----\n\n"

/** `texts` is the directory of the licences that `carried` names. */
export const licenses = (texts: string): Plugin => ({
  name: "licenses",
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((output) => (output.type === "chunk" ? output.moduleIds : []))
    const roots = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? [])
    const owned = [...new Set(roots)].toSorted().map((root) => {
      const { license, name, version } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"))
      const file = readdirSync(root).find((entry) => /^licen[cs]e/i.test(entry))
      if (file === undefined) this.error(`${name} has no licence file`)
      if (!accepted.has(license)) this.error(`${name} is licensed as ${license}, which is not accepted`)
      return `${name} ${version}\n\n${readFileSync(`${root}/${file}`, "utf8").trim()}\n`
    })
    const within = carried.flatMap(({ file, module, title, version }) => {
      const id = modules.find((each) => module.test(each))
      if (id === undefined) return []
      if (!readFileSync(id, "utf8").includes(version)) this.error(`${title} has another version: renew ${file}`)
      return `${title}\n\n${readFileSync(`${texts}/${file}`, "utf8").trim()}\n`
    })
    // A page is a module that was bundled before, with its licences beside it.
    const pages = modules
      .filter((id) => id.endsWith("/asset.generated.ts"))
      .flatMap((id) => readFileSync(join(dirname(id), "THIRD-PARTY-LICENSES"), "utf8").split(separator))
    const source = [...new Set([...owned, ...within, ...pages])].join(separator)
    this.emitFile({ type: "asset", fileName: "THIRD-PARTY-LICENSES", source })
  },
})
