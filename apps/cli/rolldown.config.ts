/**
 * The published command: one small entry, and a chunk for each thing that not every command needs.
 */
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

export default defineConfig({
  input: { aptrinsic: "launcher.js" },
  platform: "node",
  plugins: [lazySegmenter],
  output: {
    dir: "dist",
    format: "esm",
    minify: true,
    cleanDir: true,
    chunkFileNames: "chunks/[name]-[hash].js",
    entryFileNames: "[name].js",
  },
})
