/** The file of a job, the keys that jobs name, and what the command says of a job. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { aptrinsic, run } from "../command.ts"
import { makeFolder } from "../folder.ts"

/** A file of so many accounts in a folder that ends with the scope. */
export const makeFile = (rows: number) =>
  Effect.map(makeFolder("jobs"), (directory) => {
    const ids = Array.from({ length: rows }, (_, index) => `acc-${index + 1}`)
    const file = join(directory, "accounts.csv")
    writeFileSync(file, `id,name,propertyKeys\n${ids.map((id) => `${id},Acme ${id},AP-XXXXXXXXXX-2\n`).join("")}`)
    return { directory, file, ids }
  })

export const keyOf = (name: string) => `key-of-${name}`

/** A folder with the key of each name, for `--keys`, which ends with the scope. */
export const makeKeys = (names: ReadonlyArray<string>) =>
  Effect.map(makeFolder("keys"), (folder) => {
    for (const name of names) writeFileSync(join(folder, name), keyOf(name))
    return folder
  })

/** `aptrinsic jobs`, to its end. */
export const jobs = (env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) =>
  run(aptrinsic(["jobs", ...args, "--json"]), env)

/** What the command says of the state of a job. */
export const stateOf = (env: Readonly<Record<string, string>>, id: string) =>
  Effect.map(
    jobs(env, "status", id),
    ({ stdout }) => (JSON.parse(stdout) as { readonly job?: { readonly state: string } }).job?.state ?? "Unknown",
  )

/** The results of a job, as the command prints them. */
export const resultsOf = (env: Readonly<Record<string, string>>, id: string) =>
  Effect.map(jobs(env, "results", id), ({ stdout }) =>
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  )
