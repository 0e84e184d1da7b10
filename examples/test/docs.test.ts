import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { startPostgres } from "@effect-aptrinsic/jobs/test/postgres"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { find, readBlocks } from "./blocks.ts"
import {
  bundleCommand,
  documented,
  examples,
  guides,
  isDeno,
  layerSandbox,
  makeFolder,
  packages,
  repository,
  run,
  runTypeScript,
  scratch,
} from "./world.ts"

const pages = [
  join(repository, "README.md"),
  ...["exports.md", "import.md", "jobs.md", "report.md", "sync.md"].map((page) => join(repository, "docs", page)),
  ...packages.map((folder) => join(folder, "README.md")),
]
const sources = (
  await Promise.all(
    packages.filter((folder) => !documented.includes(folder)).map((folder) => find(join(folder, "src"), /\.ts$/)),
  )
).flat()
const blocks = (await Promise.all([...pages, ...sources].map(readBlocks))).flat()
// What the guides show is run by docstrings.test.ts too.
const everywhere = [...blocks, ...(await Promise.all(guides.map(readBlocks))).flat()]

const programs = blocks.filter(({ language }) => language === "ts")
const sessions = blocks.filter(({ language }) => language === "console")

/** The commands of a session, each with what it is said to print; a backslash continues a line. */
const commandsOf = (session: string) =>
  session
    .split(/^\$ /m)
    .slice(1)
    .map((entry) => {
      const [line] = /^(?:.*\\\n)*.*/.exec(entry)!
      return { line, output: entry.slice(line.length + 1).trimEnd() }
    })

/** A page shows the default port, and times, rates and checksums as they once were. */
const steady = (output: string) =>
  output
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:4010")
    // A row says how long it waited if it did.
    .replaceAll(/"waited":\d+,/g, "")
    // A job tells how far it is every ten seconds.
    .replaceAll(/^job \S+: .*\n/gm, "")
    .replaceAll(/"n":\d+,"check":"\w+"/g, "a checksum")
    .replaceAll(/in [\d.]+ s \([\d,]+\/s\)/g, "in N s (N/s)")
    .replaceAll(/\d{4}-\d\d-\d\d(?:T[\d:.]+Z| \d\d:\d\d(?::\d\d)?)/g, "a time")

/** Ends what a session left in the background, whose process ids are in files. */
const endWith = (cwd: string) =>
  Effect.addFinalizer(() => Effect.ignore(run("sh", ["-c", "cat *.pid | xargs kill -9"], { cwd })))

const folder = join(scratch, "programs")

describe("the documentation", () => {
  it("shows programs and shell sessions", () => {
    assert.isAtLeast(programs.length, 4)
    assert.isAtLeast(sessions.length, 2)
  })

  it("shows nothing in a language these tests do not run, but for what a shell installs", () => {
    const others = everywhere.filter(({ language }) => !["ts", "console", "sh", "json", "text"].includes(language))
    assert.deepEqual(
      others.map(({ at }) => at),
      [],
    )
    const installs = /^(npm (install|start|test)|deno (add|install)|npx|pnpm) /
    const lines = everywhere.filter(({ language }) => language === "sh").flatMap(({ text }) => text.trim().split("\n"))
    assert.deepEqual(
      lines.filter((line) => !installs.test(`${line} `)),
      [],
    )
  })
})

describe("the programs of the documentation", () => {
  it("are those of the examples where a page quotes one", async () => {
    const example = await readFile(join(examples, "06_stream.ts"), "utf8")
    const page = programs.filter(({ at }) => at.startsWith("packages/bulk/README.md"))
    assert.deepEqual(
      page.map(({ text }) => text),
      [example.slice(example.indexOf("import "))],
    )
  })

  beforeAll(async () => {
    await rm(folder, { force: true, recursive: true })
    await mkdir(folder, { recursive: true })
    await Promise.all(programs.map(({ text }, index) => writeFile(join(folder, `${index}.ts`), text)))
  })

  // Types are the same whatever runs the tests.
  if (!isDeno) {
    it.live(
      "compile",
      () =>
        Effect.gen(function* () {
          const config = { extends: "../../../../tsconfig.json", include: ["*.ts"] }
          yield* Effect.promise(() => writeFile(join(folder, "tsconfig.json"), JSON.stringify(config)))
          const { code, stdout } = yield* run(join(repository, "node_modules", ".bin", "tsc"), ["--project", folder])
          const named = stdout.replaceAll(
            /\.docs\/\w+\/programs\/(\d+)\.ts/g,
            (_, index) => programs[Number(index)]!.at,
          )
          assert.strictEqual(code, 0, named)
        }).pipe(Effect.provide(layerSandbox), Effect.scoped),
      { timeout: 120_000 },
    )
  }

  for (const [index, { at }] of programs.entries()) {
    it.live(`run: ${at}`, () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* runTypeScript(join(folder, `${index}.ts`))
        assert.strictEqual(code, 0, stderr)
        assert.notStrictEqual(stdout, "")
      }).pipe(Effect.provide(layerSandbox)),
    )
  }
})

describe("the shell sessions of the documentation", () => {
  let path: string | undefined
  // A single session is over sooner than the bundle is there.
  if (!isDeno) {
    beforeAll(async () => {
      path = await bundleCommand()
    })
  }

  // The commands of a session run on Node whatever runs the tests: once more shows that it does not matter.
  for (const [index, { at, text }] of sessions.slice(0, isDeno ? 1 : sessions.length).entries()) {
    it.live(
      `print what they show: ${at}`,
      () =>
        Effect.gen(function* () {
          const cwd = yield* makeFolder(`session-${index}`)
          yield* endWith(cwd)
          const env: Record<string, string> = text.includes("$DATABASE_URL")
            ? { DATABASE_URL: (yield* startPostgres).url }
            : {}
          for (const { line, output } of commandsOf(text)) {
            const { stdout } = yield* run("sh", ["-c", line.includes(" & ") ? line : `${line} 2>&1`], {
              cwd,
              env,
              path,
            })
            assert.strictEqual(steady(stdout.trimEnd()), steady(output), line)
          }
        }).pipe(Effect.provide(layerSandbox)),
      { timeout: 120_000 },
    )
  }
})
