/**
 * The published command: one small entry, and a chunk for each thing that not every command needs.
 */
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { defineConfig, type Plugin } from "rolldown"

/**
 * effect makes a grapheme segmenter when its `CliOutput` is loaded: 12 ms of start-up, half of an empty Node process, for what
 * `--version` never uses. Here it is made when a width is first measured.
 */
const lazySegmenter: Plugin = {
  name: "lazy-segmenter",
  transform: {
    filter: { id: /effect\/dist\/cli\/CliOutput\.js$/ },
    handler(code) {
      const made = /new Intl\.Segmenter\(([^;]*)\);/
      if (!made.test(code)) this.error("effect makes its segmenter in another way: adapt this plugin, or drop it.")
      return code.replace(
        made,
        "{ segment: (text) => (segmenter ??= new Intl.Segmenter($1)).segment(text) };\nlet segmenter;",
      )
    },
  },
}

/** Says in `--version` which commit was built, `-dirty` when something was changed after it; nothing where there is no git. */
const stampCommit: Plugin = {
  name: "stamp-commit",
  transform: {
    filter: { id: /(?:src\/version\.ts|launcher\.js)$/ },
    handler(code) {
      const described = spawnSync("git", ["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"], {
        cwd: import.meta.dirname,
        encoding: "utf8",
      })
      const commit = described.status === 0 ? described.stdout.trim() : ""
      return code.replace(/(const commit(?:: string)? = )""/, (_, before: string) => before + JSON.stringify(commit))
    },
  },
}

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

/** Puts the licences of all that is in the bundle beside it, as they ask. */
const licenses: Plugin = {
  name: "licenses",
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((output) => (output.type === "chunk" ? output.moduleIds : []))
    const roots = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? [])
    const texts = [...new Set(roots)].toSorted().map((root) => {
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
      return `${title}\n\n${readFileSync(`${import.meta.dirname}/licenses/${file}`, "utf8").trim()}\n`
    })
    this.emitFile({ type: "asset", fileName: "THIRD-PARTY-LICENSES", source: [...texts, ...within].join("\n----\n\n") })
  },
}

export default defineConfig({
  input: { aptrinsic: "launcher.js" },
  platform: "node",
  plugins: [lazySegmenter, stampCommit, licenses],
  output: {
    dir: "dist",
    format: "esm",
    minify: true,
    cleanDir: true,
    chunkFileNames: "chunks/[name]-[hash].js",
    entryFileNames: "[name].js",
  },
})
