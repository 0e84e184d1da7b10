/**
 * One vitest configuration for every package: `--mode` names the suite, and for `deno` the runtime that must run it.
 */
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import manifest from "./package.json" with { type: "json" }
import { behaviour } from "./tools/behaviour.ts"

export default defineConfig(({ mode }) => {
  const runtime = mode === "deno" ? "deno" : "node"
  // Bounds for two busy cores; a test that waits for nothing takes a fraction. The suites of the tools compile, lint and install.
  const patience = ["node", "deno", "processes", "docs"].includes(mode) ? 30_000 : 120_000
  return {
    plugins: behaviour.plugins,
    test: {
      env: { EXPECTED_RUNTIME: `${runtime} ${manifest.devDependencies[runtime]}` },
      include: ["test/**/*.test.ts", ...behaviour.include],
      // Programs keep their state in services and no test mocks a module, so files may share a worker: half the CPU of a run.
      isolate: false,
      hookTimeout: patience,
      testTimeout: patience,
      reporters: ["default", ["json", { outputFile: `test-results/${mode}.json` }]],
      setupFiles: [fileURLToPath(new URL("tools/vitest.setup.ts", import.meta.url))],
    },
  }
})
