/**
 * The published command: one small entry, and a chunk for each thing that not every command needs.
 */
import { spawnSync } from "node:child_process"
import { defineConfig, type Plugin } from "rolldown"
// @boundaries-ignore the tools depend on the command, which therefore cannot depend on them
import { licenses } from "../../tools/licenses.ts"

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

export default defineConfig({
  input: { aptrinsic: "launcher.js" },
  platform: "node",
  plugins: [lazySegmenter, stampCommit, licenses(`${import.meta.dirname}/licenses`)],
  output: {
    dir: "dist",
    format: "esm",
    minify: true,
    cleanDir: true,
    chunkFileNames: "chunks/[name]-[hash].js",
    entryFileNames: "[name].js",
  },
})
