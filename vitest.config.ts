/**
 * One vitest configuration for every package: `--mode` names the suite, and for `node` and `deno` the runtime that must run it.
 */
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

export default defineConfig(({ mode }) => ({
  test: {
    env: { EXPECTED_RUNTIME: mode === "deno" ? "deno" : "node" },
    include: ["test/**/*.test.ts"],
    reporters: ["default", ["json", { outputFile: `test-results/${mode}.json` }]],
    setupFiles: [fileURLToPath(new URL("tools/vitest.setup.ts", import.meta.url))],
  },
}))
