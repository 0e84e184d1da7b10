import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"

const program = fileURLToPath(new URL("../../release/attestations.ts", import.meta.url))

const versions = {
  "0.1.0": { dist: { attestations: { url: "https://registry.invalid/attestations", provenance: {} } } },
  "0.2.0": { dist: {} },
}

const server = createServer((_request, response) => response.end(JSON.stringify({ versions })))
let directory: string

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  directory = mkdtempSync(join(tmpdir(), "attested-"))
  writeFileSync(join(directory, ".npmrc"), `registry=http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`)
})

afterAll(() => {
  rmSync(directory, { recursive: true })
  server.close()
})

const check = (version: string, kind = "publish") => {
  const plan = join(directory, `${version}.json`)
  writeFileSync(plan, JSON.stringify({ version: 1, plan: [[{ kind, name: "@effect-aptrinsic/core", version }]] }))
  return new Promise<{ readonly exitCode: unknown; readonly stdout: string }>((resolve) =>
    execFile(process.execPath, [program, plan, "1"], { cwd: directory }, (error, stdout) =>
      resolve({ exitCode: error?.code ?? 0, stdout }),
    ),
  )
}

describe("what a workflow has published", () => {
  it("passes with an attestation", async () => {
    assert.deepStrictEqual(await check("0.1.0"), { exitCode: 0, stdout: "@effect-aptrinsic/core@0.1.0 is attested\n" })
  })

  it("fails without an attestation", async () => {
    const { exitCode, stdout } = await check("0.2.0")
    assert.deepStrictEqual(
      { exitCode, stdout },
      { exitCode: 1, stdout: "@effect-aptrinsic/core@0.2.0 was published without attestation\n" },
    )
  })

  it("fails when the registry does not have it", async () => {
    const { exitCode, stdout } = await check("0.3.0")
    assert.deepStrictEqual(
      { exitCode, stdout },
      { exitCode: 1, stdout: "@effect-aptrinsic/core@0.3.0 is not in the registry\n" },
    )
  })

  it("is not asked about what was only tagged", async () => {
    assert.deepStrictEqual(await check("0.2.0", "tag-only"), { exitCode: 0, stdout: "" })
  })
})
