import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { aptrinsic, canary, layerSandbox } from "./support/aptrinsic.ts"
import { rows } from "./support/importing.ts"

/** Runs `jobs` over a database and a file of their own. */
const inFolder = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const sandbox = yield* Sandbox.Sandbox
  yield* sandbox.reset
  const directory = yield* fs.makeTempDirectoryScoped()
  const file = `${directory}/customers.csv`
  const database = `${directory}/jobs.db`
  yield* fs.writeFileString(file, rows(20))
  const jobs = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
    aptrinsic(["jobs", ...args, "--database", database], {
      env: {
        APTRINSIC_API_KEY: canary,
        APTRINSIC_BASE_URL: sandbox.url,
        APTRINSIC_PRODUCT_KEY: "AP-TEST-2",
        APTRINSIC_LOG_LEVEL: "error",
        ...env,
      },
    })
  return { file, database, jobs, posts: Effect.map(sandbox.log.counters, ({ total }) => total) }
})

const documentOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout)

layer(layerSandbox(), { excludeTestServices: true })("aptrinsic jobs", (it) => {
  it.effect("carries a file out as a job, once, and tells of it and of each row", () =>
    Effect.gen(function* () {
      const { database, file, jobs, posts } = yield* inFolder
      const submitted = yield* jobs(["submit", file, "--id", "may", "--progress", "json"])
      assert.strictEqual(submitted.exitCode, 0, submitted.stderr)
      assert.strictEqual(submitted.stdout, "✔ may: done; 20 created.\n")
      assert.match(submitted.stderr, /is the job may: 20 rows\.\n\{.*"event":"job","id":"may",/)
      assert.strictEqual((yield* jobs(["submit", file, "--id", "may"])).stdout, "✔ may: done; 20 created.\n")
      assert.strictEqual(yield* posts, 20)

      const list = yield* jobs(["list"])
      assert.match(list.stdout, /^JOB +STATE +SUBMITTED +ROWS\nmay +done +[\dTZ:-]+ +20: 20 created\n$/)
      const { job } = documentOf(yield* jobs(["status", "may", "--json"]))
      assert.deepInclude(job, { id: "may", state: "Done", rows: 20, remaining: 0, apiKey: "default" })
      const { stdout } = yield* jobs(["results", "may", "--json"])
      const results = stdout.trimEnd().split("\n")
      assert.strictEqual(results.length, 20)
      assert.deepInclude(JSON.parse(results[0]!), { _tag: "Created", row: 1, id: "a1" })
      assert.strictEqual((yield* jobs(["results", "may", "--state", "failed"])).stdout, "")

      const { mode } = yield* (yield* FileSystem.FileSystem).stat(database)
      assert.strictEqual(mode & 0o077, 0)
      const bytes = yield* (yield* FileSystem.FileSystem).readFile(database)
      assert.notInclude(new TextDecoder("latin1").decode(bytes), canary)
    }),
  )

  it.effect("leaves a job to a worker, cancels and purges it", () =>
    Effect.gen(function* () {
      const { file, jobs, posts } = yield* inFolder
      const submitted = yield* jobs(["submit", file, "--detach", "--json"])
      const { job } = documentOf(submitted)
      assert.match(job.id, /^customers\.csv-[0-9a-f]{8}$/)
      assert.deepInclude(job, { state: "Queued", remaining: 20 })
      assert.strictEqual((yield* jobs(["purge", job.id])).exitCode, 2)
      assert.include((yield* jobs(["cancel", job.id])).stdout, "cancelled; 20 to come.")
      assert.strictEqual((yield* jobs(["purge", job.id])).exitCode, 0)
      assert.deepInclude(yield* jobs(["status", job.id]), { exitCode: 5, stdout: "" })
      assert.strictEqual(yield* posts, 0)
    }),
  )

  it.effect("ends with 4 where there is no key for a job, and continues it once there is", () =>
    Effect.gen(function* () {
      const { file, jobs } = yield* inFolder
      const halted = yield* jobs(["submit", file, "--id", "keyless", "--key", "acme"])
      assert.strictEqual(halted.exitCode, 4)
      assert.include(halted.stdout, "A worker has no API key acme.")
      const resumed = yield* jobs(["resume", "keyless"], { APTRINSIC_API_KEY_ACME: canary })
      assert.deepInclude(resumed, { exitCode: 0, stdout: "✔ keyless: done; 20 created.\n" })
    }),
  )

  it.effect("halts when too many rows failed, with the reason, and has no flags that only an import can follow", () =>
    Effect.gen(function* () {
      const { faults } = yield* Sandbox.Sandbox
      const { file, jobs } = yield* inFolder
      yield* faults.set([{ fault: "refusal", status: 400, method: "POST" }])
      const halted = yield* jobs(["submit", file, "--id", "bad", "--max-failures", "2"])
      yield* faults.set([])
      assert.strictEqual(halted.exitCode, 6)
      assert.match(halted.stdout, /^✖ bad: halted; \d+ failed.*\n {2}2 rows failed, as many as may\.\n/)
      for (const flag of ["--web", "--html=page.html", "--revert=report.ndjson"]) {
        assert.strictEqual((yield* jobs(["submit", file, flag])).exitCode, 2)
      }
    }),
  )

  it.effect("refuses an id that belongs to other rows, and a Postgres that is not there, without its password", () =>
    Effect.gen(function* () {
      const { file, jobs } = yield* inFolder
      yield* jobs(["submit", file, "--id", "taken", "--detach"])
      yield* (yield* FileSystem.FileSystem).writeFileString(file, rows(3))
      const other = yield* jobs(["submit", file, "--id", "taken", "--detach", "--json"])
      assert.strictEqual(other.exitCode, 2)
      assert.strictEqual(documentOf(other).error.code, "jobs")
      const away = yield* aptrinsic(["jobs", "list"], {
        env: { APTRINSIC_DATABASE: "postgres://me:secret@127.0.0.1:9/jobs" },
      })
      assert.strictEqual(away.exitCode, 7)
      assert.include(away.stderr, "127.0.0.1:9")
      assert.notInclude(away.stderr, "secret")
    }),
  )
})
