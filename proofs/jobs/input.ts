/** The file of a job, and what the command says of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { aptrinsic, start } from "../command.ts"

/** A file of so many accounts in a folder that ends with the scope. */
export const makeFile = (rows: number) =>
  Effect.gen(function* () {
    const directory = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "jobs-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
    )
    const ids = Array.from({ length: rows }, (_, index) => `acc-${index + 1}`)
    const file = join(directory, "accounts.csv")
    writeFileSync(file, `id,name,propertyKeys\n${ids.map((id) => `${id},Acme ${id},AP-XXXXXXXXXX-2\n`).join("")}`)
    return { directory, file, ids }
  })

/** `aptrinsic jobs`, to its end. */
export const jobs = (env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) =>
  Effect.flatMap(start(aptrinsic(["jobs", ...args, "--json"]), env), ({ ended }) => ended)

/** The results of a job, as the command prints them. */
export const resultsOf = (env: Readonly<Record<string, string>>, id: string) =>
  Effect.map(jobs(env, "results", id), ({ stdout }) =>
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  )
