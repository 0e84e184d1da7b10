/**
 * The packages that bundle what they need of Effect 4, unpacked where there is none.
 */
import { execFile, execFileSync, spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { gzipSync } from "node:zlib"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { published, tarballOf } from "../../release/published.ts"

const tsc = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url))

/** Bytes of a whole bundle: what a program needs of it its bundler finds. */
const budget = 112_000

/** The packages that a program has besides: those that this one has as peers, and those of them that it may leave out. */
const bridges = [
  { name: "effect3", page: "effect3", besides: ["effect", "@effect/platform"], optional: ["@effect/schema"] },
  { name: "client", page: "promise", besides: [], optional: [] },
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

/** Puts the programs of a page and of a README into a project, and one that runs them one after the other. */
const writePrograms = (path: string, pages: ReadonlyArray<string>) => {
  const programs = pages.flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(/^```ts\n(.*?)^```$/gmsu)].map(([, text = ""]) => text),
  )
  const names = programs.map((text, index) => {
    writeFileSync(join(path, `page${index}.ts`), text)
    return `page${index}.ts`
  })
  const told = names.map((name) => `await import("./${name}")\nconsole.log("---")\n`)
  writeFileSync(join(path, "pages.js"), told.join(""))
  return names.length
}

/** A server of the API. */
const startServer = async () => {
  const accounts = new Map<string, string>()
  const server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString()
      const known = accounts.get(basename(request.url ?? ""))
      if (request.method === "GET") return response.writeHead(known === undefined ? 404 : 200).end(known)
      const { id } = JSON.parse(text) as { readonly id: string }
      const status = accounts.has(id) ? 400 : 201
      accounts.set(id, text)
      return response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe.each(bridges)("a program beside the packed $name", ({ besides, name, optional, page }) => {
  let project: ReturnType<typeof makeProject>

  beforeAll(() => {
    project = makeProject(name, besides)
  })

  afterAll(() => rmSync(project.path, { recursive: true, force: true }))

  const run = async (file: string) => {
    const { server, url } = await startServer()
    const env = { PATH: process.env["PATH"], APTRINSIC_API_KEY: "key-of-the-test", APTRINSIC_BASE_URL: url }
    const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: project.path, env })
    server.close()
    return stdout
  }

  it("creates accounts", async () => {
    const printed = { created: "acme", second: "exists with same data", read: "Acme Inc" }
    assert.deepStrictEqual(JSON.parse(await run("program.ts")), printed)
  })

  it("runs what its pages show", async () => {
    const pages = [`docs/${page}.md`, `packages/${name}/README.md`]
    const root = fileURLToPath(new URL("../../../", import.meta.url))
    const count = writePrograms(
      project.path,
      pages.map((each) => join(root, each)),
    )
    const printed = (await run("pages.js")).split("---\n").slice(0, -1)
    assert.isAtLeast(count, 4)
    assert.lengthOf(printed, count)
    for (const each of printed) assert.notStrictEqual(each, "")
  })

  it(`weighs at most ${budget / 1000} kB gzipped`, () => {
    const bundle = readdirSync(join(project.unpacked, "dist")).filter((file) => file.endsWith(".js"))
    const text = bundle.map((file) => readFileSync(join(project.unpacked, "dist", file), "utf8")).join("")
    assert.isBelow(gzipSync(text, { level: 9 }).length, budget)
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
    assert.strictEqual(spawnSync(tsc, ["-p", project.path], { encoding: "utf8" }).stdout, "")
  })
})
