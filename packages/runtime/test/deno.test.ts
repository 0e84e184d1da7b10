import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { isDeno } from "./adapter.ts"

const program = fileURLToPath(new URL("configProgram.ts", import.meta.url))

/** What a program on Deno reads of its environment with these permissions. */
const readWith = (...permissions: ReadonlyArray<string>) => {
  const env = { ...process.env, APTRINSIC_API_KEY: "key", APTRINSIC_BASE_URL: "", APTRINSIC_MAX_ATTEMPTS: "3" }
  const args = ["run", "--quiet", "--no-prompt", ...permissions, program]
  return spawnSync(isDeno ? process.execPath : "deno", args, { encoding: "utf8", env }).stdout
}

describe("layerConfigProvider of Deno", () => {
  it("reads the variables that the program may read, and takes the others for not set", () => {
    const names = ["APTRINSIC_API_KEY", "APTRINSIC_BASE_URL", "APTRINSIC_MAX_ATTEMPTS"]
    assert.strictEqual(readWith(`--allow-env=${names.join(",")}`), "key none 3")
    assert.strictEqual(readWith("--allow-env=APTRINSIC_API_KEY"), "key none none")
    assert.strictEqual(readWith("--allow-env=APTRINSIC_*"), "key none 3")
    assert.strictEqual(readWith("--allow-env"), "key none 3")
  })
})
