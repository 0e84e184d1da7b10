/**
 * The command as one file of CommonJS, which is what Node 24 takes into a single executable.
 */
import { defineConfig } from "rolldown"
import bundle from "./rolldown.config.ts"

export default defineConfig({
  ...bundle,
  // CommonJS has no `import.meta`; effect asks it for `env` alone, and only where a bundler has put that.
  transform: { define: { "import.meta": "{}" } },
  output: {
    dir: "../../tools/executable",
    entryFileNames: "[name].cjs",
    format: "cjs",
    minify: true,
    codeSplitting: false,
    cleanDir: true,
  },
})
