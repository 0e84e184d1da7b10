/**
 * Runs core's own tests through a package that stands in for core: where they import the service they get the one that the package has
 * under `test/behaviour`, and a clock and a vitest for it from core's `test/support`.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import type { Plugin } from "vitest/config"

const core = fileURLToPath(new URL("../packages/core/test/", import.meta.url))
const standIn = join(process.cwd(), "test", "behaviour", "Accounts.ts")

/** The suites whose tests call the service. */
const suites = [
  "Accounts",
  "bounds",
  "doors",
  "doubt",
  "ends",
  "evidence",
  "getAccount",
  "interrupted",
  "javascriptCallers",
  "layers",
  "oneRequest",
  "told",
  "transport",
  "updateAccount",
  "waits",
]

const replaced: Readonly<Record<string, string>> = {
  "../src/Accounts.ts": standIn,
  "@effect/vitest": join(core, "support", "standIn.ts"),
  "effect/testing/TestClock": join(core, "support", "steppedClock.ts"),
}

const plugin: Plugin = {
  name: "behaviour-of-core",
  enforce: "pre",
  resolveId: (source, importer) =>
    importer?.startsWith(core) === true && !importer.startsWith(join(core, "support")) ? replaced[source] : undefined,
}

/** What a package with a stand-in runs besides its own tests. */
export const behaviour = existsSync(standIn)
  ? {
      plugins: [plugin],
      include: [
        ...suites.map((suite) => join(core, `${suite}.test.ts`)),
        fileURLToPath(new URL("test/behaviour/Exceptions.test.ts", import.meta.url)),
      ],
    }
  : { plugins: [], include: [] }
