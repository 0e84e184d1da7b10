import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join, relative } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Block, find, readBlocks } from "./blocks.ts"
import { collector } from "./collector.ts"
import {
  bridges,
  documented,
  examples,
  guides,
  layerSandbox,
  repository,
  run,
  runTypeScript,
  scratch,
} from "./world.ts"

const sources = (await Promise.all(documented.map((folder) => find(join(folder, "src"), /\.ts$/)))).flat()
const found = (await Promise.all([...sources, ...guides].map(readBlocks))).flat()
const programs = found.filter(({ language }) => language === "ts")
/** The suites that pages show are run as suites. */
const isSuite = ({ text }: Block) => text.includes("@effect/vitest")
const blocks = programs.filter((block) => !isSuite(block))
const folder = join(scratch, "docstrings")
const folders = [folder, ...bridges.map((bridge) => join(bridge, ".docs", "node", "docstrings"))]

/** A program stands where it finds what it imports. */
const files = blocks.map(({ at }, index) => {
  const bridge = bridges.findIndex((each) => at.startsWith(`${relative(repository, each)}/`))
  return join(folders[bridge + 1]!, `${index}.ts`)
})

/** What a program says that it prints: the comment behind each `console.log`, with a bar between the rounds of a loop. */
const promised = (program: string) =>
  [...program.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].flatMap(([, output]) => output!.split(" | "))

/** Imports one program after the other and prints what each printed: processes of their own would take a minute. */
const runner = `
import { format } from "node:util"

const outputs: Array<ReadonlyArray<string>> = []
const { log } = console
for (const file of ${JSON.stringify(files)}) {
  const lines: Array<string> = []
  outputs.push(lines)
  console.log = (...args: ReadonlyArray<unknown>) => lines.push(format(...args))
  await import(file)
}
log(JSON.stringify(outputs))
`

const write = async () => {
  await Promise.all(folders.map((each) => rm(each, { force: true, recursive: true })))
  await Promise.all(folders.map((each) => mkdir(each, { recursive: true })))
  const config = {
    extends: "../../../../tsconfig.json",
    include: folders.map((each) => join(each, "*.ts")),
    exclude: [],
  }
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config))
  await writeFile(join(folder, "runner.ts"), runner)
  await Promise.all(blocks.map(({ text }, index) => writeFile(files[index]!, text)))
}

/** The values that are exported without an example, and the comments that are published: those with `@since`. */
const withoutExample = async () => {
  const pages = await Promise.all(sources.map(async (file) => [file, await readFile(file, "utf8")] as const))
  return pages.flatMap(([file, text]) =>
    [...text.matchAll(/\/\*\*\n((?: \*[^\n]*\n)*?) \*\/\nexport (?:const|class|function) (\w+)/g)]
      .filter(([, comment]) => comment!.includes("@since") && !comment!.includes("**Example**"))
      .map(([, , name]) => `${relative(repository, file)}: ${name}`),
  )
}

describe("the docstrings and the guides", () => {
  it("show an example of every value that is exported", async () => {
    assert.deepEqual(await withoutExample(), [])
    assert.isAtLeast(blocks.length, 100)
  })

  it("quote the suites of test/guide as they are run", async () => {
    const quoted = programs.filter(isSuite).map(({ text }) => text)
    const suites = await find(join(examples, "test", "guide"), /\.test\.ts$/)
    assert.sameMembers(quoted, await Promise.all(suites.map((file) => readFile(file, "utf8"))))
  })

  it("promise the output of every example", () => {
    const silent = blocks.filter(({ text }) => promised(text).length === 0)
    assert.deepEqual(
      silent.map(({ at }) => at),
      [],
    )
  })

  it.live(
    "show programs that compile and print what they promise",
    () =>
      Effect.gen(function* () {
        yield* Effect.promise(write)
        const { code, stdout } = yield* run(join(repository, "node_modules", ".bin", "tsc"), ["--project", folder])
        const named = stdout.replaceAll(
          /\S*\.docs\/\w+\/docstrings\/(\d+)\.ts/g,
          (_, index) => blocks[Number(index)]!.at,
        )
        assert.strictEqual(code, 0, named)
        const { received, url } = yield* collector
        const ended = yield* runTypeScript(join(folder, "runner.ts"), { OTEL_EXPORTER_OTLP_ENDPOINT: url })
        assert.strictEqual(ended.code, 0, ended.stderr)
        const printed = JSON.parse(ended.stdout) as ReadonlyArray<ReadonlyArray<string>>
        const shown = blocks.map(({ at, text }) => ({ at, prints: promised(text) }))
        assert.deepEqual(
          shown.map(({ at }, index) => ({ at, prints: printed[index] })),
          shown,
        )
        for (const sent of [/^\/v1\/traces .*"Accounts\.createAccount"/, /^\/v1\/metrics .*"aptrinsic_creates"/]) {
          assert.isTrue(received.some((body) => sent.test(body)))
        }
      }).pipe(Effect.scoped, Effect.provide(layerSandbox)),
    { timeout: 60_000 },
  )
})
