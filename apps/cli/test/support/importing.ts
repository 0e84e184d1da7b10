/**
 * A file of accounts in a directory of its own, and what an import leaves beside it.
 */
import { execFileSync } from "node:child_process"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { aptrinsic, canary, type Options } from "./aptrinsic.ts"

/** A line of a report about a row; its first and its last line are about none. */
export interface ReportLine {
  readonly s: string
  readonly row: number
  readonly id: string
  readonly confirmed?: boolean
  readonly differences?: ReadonlyArray<string>
}

export const reportLines = (text: string): ReadonlyArray<ReportLine> =>
  text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line))
    .filter(({ row }) => row !== undefined)

/** Rows that hold nothing but an id and a name. */
export const rows = (count: number, prefix = "a") =>
  `id,name\n${Array.from({ length: count }, (_, index) => `${prefix}${index + 1},Account ${index + 1}\n`).join("")}`

/** The words that a shell makes of a text that is pasted into it. */
export const pasted = (text: string): ReadonlyArray<string> =>
  execFileSync("sh", ["-c", String.raw`printf '%s\n' ${text}`], { encoding: "utf8", timeout: 10_000 })
    .trimEnd()
    .split("\n")

/** The variables with which the command imports into a sandbox, and does not wait for it. */
export const environmentFor = ({ url }: Pick<Sandbox.Sandbox["Service"], "url">) => ({
  APTRINSIC_API_KEY: canary,
  APTRINSIC_BASE_URL: url,
  APTRINSIC_PRODUCT_KEY: "AP-TEST-2",
  APTRINSIC_RETRY_DELAY: "1 millis",
  APTRINSIC_SETTLE_DELAY: "4 millis",
})

/** Empties the sandbox and writes a file; `run` imports it there. */
export const importing = Effect.fnUntraced(function* (content: string, name = "accounts.csv") {
  const fs = yield* FileSystem.FileSystem
  const sandbox = yield* Sandbox.Sandbox
  yield* sandbox.reset
  yield* sandbox.faults.set([])
  const directory = yield* fs.makeTempDirectoryScoped()
  const file = `${directory}/${name}`
  yield* fs.writeFileString(file, content)
  const run = (args: ReadonlyArray<string> = [], options: Options = {}, source = file) =>
    aptrinsic(["accounts", "import", source, ...args], {
      ...options,
      env: {
        ...environmentFor(sandbox),
        ...options.env,
      },
    })
  const read = (path = `${file}.import.ndjson`) => fs.readFileString(path)
  return {
    directory,
    file,
    run,
    read,
    report: (path?: string) => Effect.map(read(path), reportLines),
    write: (text: string, other = file) => fs.writeFileString(other, text),
    link: (from: string, to: string) => fs.symlink(from, to),
    makeFolder: (path: string) => fs.makeDirectory(path),
    files: Effect.map(fs.readDirectory(directory), (names) => names.toSorted()),
    /** The ids that the sandbox holds, and how often a create was asked of it. */
    held: Effect.map(sandbox.store.list({ limit: 10_000 }), (all) => all.map(({ account }) => account.id).toSorted()),
    posts: Effect.map(sandbox.log.entries(), (entries) => entries.filter(({ method }) => method === "POST").length),
    requests: Effect.map(sandbox.log.counters, ({ total }) => total),
    ...sandbox,
  }
})
