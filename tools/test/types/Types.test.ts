/**
 * The types of the packed packages, on every version of TypeScript that is supported: programs that are right compile, and of one that is wrong
 * the compiler says what the comments in it say.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Project } from "../../release/project.ts"
import { installBridge, installForEffect4 } from "../pack/consumers.ts"
import { compilers, typeCheck } from "../pack/typeCheck.ts"

const consumers = [
  { name: "on Effect 4", install: installForEffect4 },
  { name: "on Effect 3", install: () => installBridge("effect3", "with options") },
  { name: "without Effect", install: () => installBridge("client", "with options") },
]

interface Told {
  readonly line: number
  readonly message: string
}

const expectation = /^\s*\/\/ @ts-expect-error -- (.*)$/u

/** What the comments say of the lines below them. */
const announced = (text: string): ReadonlyArray<Told> =>
  text.split("\n").flatMap((line, index) => {
    const message = expectation.exec(line)?.[1]
    return message === undefined ? [] : [{ line: index + 2, message }]
  })

/** The errors of the compiler, each by its innermost sentence, which says what is wrong. */
const errorsOf = (printed: string): ReadonlyArray<Told> =>
  printed.split(/\n(?! )/u).flatMap((error) => {
    const [, line, first = ""] = /^wrong\.ts\((\d+),\d+\): error TS\d+: (.*)/su.exec(error) ?? []
    if (line !== undefined) return [{ line: Number(line), message: first.split("\n").at(-1)?.trim() ?? "" }]
    return error === "" ? [] : [{ line: 0, message: error }]
  })

describe.each(consumers)("programs $name", ({ install }) => {
  let project: Project
  let wanted: ReadonlyArray<Told>

  beforeAll(async () => {
    project = await install()
    const file = join(project.path, "wrong.ts")
    const text = readFileSync(file, "utf8")
    wanted = announced(text)
    writeFileSync(file, text.replaceAll("@ts-expect-error", "wrong"))
  })

  afterAll(() => project[Symbol.asyncDispose]())

  it.concurrent.each(compilers)(
    "are told what is wrong by TypeScript $version, resolved as $resolution, exactOptionalPropertyTypes $exactOptionalPropertyTypes",
    async (compiler) => {
      const errors = errorsOf(await typeCheck(project, compiler))
      const isTold = ({ line, message }: Told, index: number) =>
        wanted[index]?.line === line && message.startsWith(wanted[index].message)
      assert.isAtLeast(wanted.length, 3)
      assert.deepStrictEqual<ReadonlyArray<Told | undefined>>(
        errors.map((told, index) => (isTold(told, index) ? wanted[index] : told)),
        wanted,
      )
    },
  )
})
