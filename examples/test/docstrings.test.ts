import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join, relative } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Block, find, readBlocks } from "./blocks.ts"
import { collector } from "./collector.ts"
import { review } from "./exported.ts"
import {
  bridges,
  documented,
  examples,
  guides,
  isDeno,
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
/** The adapter of one runtime is shown by what that runtime runs. */
const isOfOther = ({ at, text }: Block) =>
  isDeno ? /runtime.*node/i.test(at) : text.includes("@effect-aptrinsic/runtime/deno")
const blocks = programs.filter((block) => !isSuite(block) && !isOfOther(block))
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

/**
 * Imports one program after the other and prints what each printed: processes of their own would take a minute. What runMain runs
 * goes on when its module is done.
 */
const runner = `
import { setTimeout } from "node:timers/promises"
import { format } from "node:util"

const counts = ${JSON.stringify(blocks.map(({ text }) => promised(text).length))}
const outputs: Array<ReadonlyArray<string>> = []
const { log } = console
const files = ${JSON.stringify(files)}
for (const [index, count] of counts.entries()) {
  const lines: Array<string> = []
  outputs.push(lines)
  console.log = (...args: ReadonlyArray<unknown>) => lines.push(format(...args))
  await import(files[index]!)
  for (let round = 0; lines.length < count && round < 50; round++) await setTimeout(20)
}
log(JSON.stringify(outputs))
`

const told = "@stability stable\n * @category models"

/** Exports of which something is missing, beside those that are right: a value, and the type that shares its name. */
const violations = {
  "shown.ts": `export type { Handed } from "./internal/inner.ts"
/**
 * What it is. ${told}
 */
export const bare = 1
/** What it is. @category models */
export interface Bare {}
/**
 * What it is. ${told}
 *
 * **Example**
 *
 * \`\`\`ts
 */
export const Right = 1
/** @since 0.1.0 */
export type Right = number
`,
  "internal/inner.ts": `/** ${told} */\nexport interface Handed {}\n/** Not published. */\nexport const rest = 1\n`,
}

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

describe("the docstrings and the guides", () => {
  it("say of every export what it is, and show an example of every value", async () => {
    const reviews = await Promise.all(documented.map((folder) => review(join(folder, "src"))))
    assert.deepEqual(
      reviews.flatMap(({ missing }) => missing),
      [],
    )
    for (const { count } of reviews) assert.isAtLeast(count, 3)
  })

  it("are refused when an export says nothing, wherever it is declared", async () => {
    const planted = join(scratch, "planted")
    await rm(planted, { force: true, recursive: true })
    await mkdir(join(planted, "internal"), { recursive: true })
    await Promise.all(Object.entries(violations).map(([name, text]) => writeFile(join(planted, name), text)))
    const { missing } = await review(planted)
    assert.sameMembers(
      missing.map((found) => found.slice(found.lastIndexOf("/") + 1)),
      ["shown.ts: bare has no example", "shown.ts: Bare has no @stability", "inner.ts: Handed has no text"],
    )
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
    { timeout: 120_000 },
  )
})
