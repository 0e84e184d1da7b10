/**
 * The packages that bundle what they need of Effect 4, unpacked where there is none.
 */
import { execFile, execFileSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { published, tarballOf } from "./published.ts"

const tsc = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url))

/** The packages that a program has besides: those that this one has as peers, and those of them that it may leave out. */
const bridges = [
  { name: "effect3", besides: ["effect", "@effect/platform"], optional: ["@effect/schema"] },
  { name: "client", besides: [], optional: [] },
]

/** A project that has a packed package and what is besides it. */
const makeProject = (name: string, besides: ReadonlyArray<string>) => {
  const path = mkdtempSync(join(tmpdir(), "bridge-"))
  const modules = join(path, "node_modules")
  const unpacked = join(modules, "@effect-aptrinsic", name)
  const manifest = published.find((each) => each.name === `@effect-aptrinsic/${name}`)!
  mkdirSync(unpacked, { recursive: true })
  execFileSync("tar", ["-xzf", tarballOf(manifest), "-C", unpacked, "--strip-components=1"])
  const add = (each: string) => {
    mkdirSync(dirname(join(modules, each)), { recursive: true })
    symlinkSync(fileURLToPath(new URL(`node_modules/${each}`, manifest.directory)), join(modules, each))
  }
  besides.forEach(add)
  cpSync(new URL("test/consumer", manifest.directory), path, { recursive: true })
  writeFileSync(join(path, "package.json"), JSON.stringify({ type: "module" }))
  return { path, unpacked, add }
}

/** A server of the API that knows one account at the most. */
const startServer = async () => {
  let account = ""
  const server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const answer = (status: number, body: string) => response.writeHead(status).end(body)
      if (request.method === "GET") answer(account === "" ? 404 : 200, account)
      else if (account === "") answer(201, (account = Buffer.concat(chunks).toString()))
      else answer(400, "")
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe.each(bridges)("a program beside the packed $name", ({ besides, name, optional }) => {
  let project: ReturnType<typeof makeProject>

  beforeAll(() => {
    project = makeProject(name, besides)
  })

  afterAll(() => rmSync(project.path, { recursive: true, force: true }))

  it("creates accounts", async () => {
    const { server, url } = await startServer()
    const env = { PATH: process.env["PATH"], APTRINSIC_API_KEY: "key-of-the-test", APTRINSIC_BASE_URL: url }
    const { stdout } = await promisify(execFile)(process.execPath, ["program.ts"], { cwd: project.path, env })
    server.close()
    assert.deepStrictEqual(JSON.parse(stdout), { created: "acme", second: "exists with same data", read: "Acme Inc" })
  })

  it("type-checks against types that name nothing which is not there", () => {
    optional.forEach(project.add)
    const known = [...besides, ...optional]
    const types = readdirSync(project.unpacked, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".d.ts"),
    )
    assert.isNotEmpty(types)
    for (const file of types) {
      const text = readFileSync(join(project.unpacked, file), "utf8").replaceAll(/\/\*.*?\*\//gsu, "")
      for (const [, module = ""] of text.matchAll(/(?:from|import\() ?"([^".][^"]*)"/gu)) {
        assert.isTrue(
          known.some((each) => module === each || module.startsWith(`${each}/`)),
          `${file}: ${module}`,
        )
      }
    }
    // The program reads its environment.
    symlinkSync(
      fileURLToPath(new URL("../../node_modules/@types", import.meta.url)),
      join(project.path, "node_modules", "@types"),
    )
    const options = {
      module: "NodeNext",
      target: "ES2024",
      lib: ["ES2024", "DOM", "DOM.Iterable"],
      types: ["node"],
      noEmit: true,
    }
    writeFileSync(
      join(project.path, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: { ...options, strict: true, exactOptionalPropertyTypes: true, skipLibCheck: true },
      }),
    )
    execFileSync(tsc, ["-p", project.path], { encoding: "utf8" })
  })
})
