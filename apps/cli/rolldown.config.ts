/**
 * The published command: one small entry, and a chunk for each thing that not every command needs.
 */
import { spawnSync } from "node:child_process"
import { defineConfig, type Plugin } from "rolldown"
// @boundaries-ignore the tools depend on the command, which therefore cannot depend on them
import { licenses } from "../../tools/licenses.ts"

/** What stands in the place of a text of a module of effect. */
interface Replacement {
  readonly from: string | RegExp
  readonly to: string
}

/** What starts slowly for no use of this command. */
const replacements: Readonly<Record<string, Replacement>> = {
  // A grapheme segmenter takes 12 ms, half of an empty Node process. Here it is made when a width is first measured.
  "cli/CliOutput.js": {
    from: /new Intl\.Segmenter\(([^;]*)\);/,
    to: "{ segment: (text) => (segmenter ??= new Intl.Segmenter($1)).segment(text) };\nlet segmenter;",
  },
  // Of effect's own flags the command has --help and --version: no wizard, which brings all prompts.
  "cli/CliConfig.js": { from: "builtIns: GlobalFlag.BuiltIns", to: "builtIns: []" },
  "cli/Command.js": { from: "flag === GlobalFlag.Wizard", to: "false" },
}

const leanStart: Plugin = {
  name: "lean-start",
  transform: {
    filter: { id: /effect\/dist\/cli\/\w+\.js$/ },
    handler(code, id) {
      const name = id.replace(/^.*effect\/dist\//, "")
      const replacement = replacements[name]
      if (replacement === undefined) return undefined
      const replaced = code.replace(replacement.from, replacement.to)
      if (replaced === code) this.error(`effect/${name} is another one now: adapt its replacement, or drop it.`)
      return replaced
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

export default defineConfig({
  input: { aptrinsic: "launcher.js" },
  platform: "node",
  plugins: [leanStart, stampCommit, licenses(`${import.meta.dirname}/licenses`)],
  output: {
    dir: "dist",
    format: "esm",
    minify: true,
    cleanDir: true,
    chunkFileNames: "chunks/[name]-[hash].js",
    entryFileNames: "[name].js",
  },
})
