import * as JournalSql from "@effect-aptrinsic/jobs/JournalSql"
import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as SqlClient from "effect/sql/SqlClient"
import { aptrinsic, canary, layerBefore, layerSandbox, offline, type Options } from "./support/aptrinsic.ts"
import { rows } from "./support/importing.ts"
import { layerHttpClient } from "./support/runtime.ts"

const documentOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout)

/** Runs `jobs` over a database and a file of their own. */
const inFolder = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const sandbox = yield* Sandbox.Sandbox
  yield* sandbox.reset
  const directory = yield* fs.makeTempDirectoryScoped()
  const file = `${directory}/customers.csv`
  const database = `${directory}/jobs.db`
  yield* fs.writeFileString(file, rows(20))
  const jobs = (
    args: ReadonlyArray<string>,
    env: Readonly<Record<string, string>> = {},
    httpClient: Options["httpClient"] = layerHttpClient(),
  ) =>
    aptrinsic(["jobs", ...args, "--database", database], {
      httpClient,
      env: {
        APTRINSIC_API_KEY: canary,
        APTRINSIC_BASE_URL: sandbox.url,
        APTRINSIC_PRODUCT_KEY: "AP-TEST-2",
        APTRINSIC_LOG_LEVEL: "error",
        ...env,
      },
    })
  const sent = (which: (method: string) => boolean) =>
    Effect.map(sandbox.log.entries(), (all) => all.filter(({ method }) => which(method)).length)
  return {
    file,
    database,
    jobs,
    write: (text: string) => fs.writeFileString(file, text),
    posts: sent((method) => method === "POST"),
    requests: sent(() => true),
    ids: Effect.map(jobs(["list", "--json"]), (listed) =>
      documentOf(listed).jobs.map(({ id }: { readonly id: string }) => id),
    ),
  }
})

/** What PX says of the product keys there are. */
const subscription = { products: [{ name: "Console", productKeys: [{ productKey: "AP-TEST-2" }] }] }

layer(layerSandbox({ subscription }), { excludeTestServices: true })("aptrinsic jobs", (it) => {
  it.effect("carries a file out as a job, once, and tells of it and of each row", () =>
    Effect.gen(function* () {
      const { database, file, jobs, posts } = yield* inFolder
      const submit = ["submit", file, "--id", "may"]
      const submitted = yield* jobs([...submit, "--progress", "json"])
      assert.strictEqual(submitted.exitCode, 0, submitted.stderr)
      assert.strictEqual(submitted.stdout, "✔ may: done; 20 created.\n")
      assert.include(submitted.stderr, "is the job may: 20 rows.")
      assert.strictEqual((yield* jobs(submit)).stdout, "✔ may: done; 20 created.\n")
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

  it.effect(
    "tells rows that are under way from rows in doubt, and purges a job with those only once that is confirmed",
    () =>
      Effect.gen(function* () {
        const { database, file, jobs } = yield* inFolder
        const submit = ["submit", file, "--id", "doubt", "--detach"]
        yield* jobs(submit)
        yield* Effect.scoped(
          Effect.gen(function* () {
            const journal = yield* JournalSql.make({ name: "job/doubt", part: 0 })
            yield* journal.sent({ row: 2, id: "a2" })
            yield* SqlClient.SqlClient.use((sql) => sql`update aptrinsic_jobs set state = 'Running'`)
          }),
        ).pipe(Effect.provide(Sqlite.layer({ file: database })))
        assert.strictEqual((yield* jobs(["status", "doubt"])).stdout, "· doubt: running; 1 under way, 19 to come.\n")
        const { job } = documentOf(yield* jobs(["status", "doubt", "--json"]))
        assert.deepInclude(job, { underWay: 1, remaining: 19 })
        const results = ["results", "doubt", "--state", "under-way"]
        assert.strictEqual((yield* jobs(results)).stdout, "row 2  a2  under way\n")
        assert.strictEqual((yield* jobs([...results, "--json"])).stdout, '{"_tag":"UnderWay","row":2,"id":"a2"}\n')
        assert.include((yield* jobs(["cancel", "doubt"])).stdout, "cancelled; 1 in doubt, 19 to come.")
        const refused = yield* jobs(["purge", "doubt", "--json"])
        assert.strictEqual(refused.exitCode, 3)
        assert.deepInclude(documentOf(refused).error, {
          code: "unconfirmed",
          message: "1 row of doubt is in doubt, and its record would be gone. Nothing was taken away.",
        })
        assert.strictEqual(documentOf(yield* jobs(["status", "doubt", "--json"])).job.totals.InDoubt, 1)
        assert.strictEqual((yield* jobs(["purge", "doubt", "--yes"])).exitCode, 0)
        assert.strictEqual((yield* jobs(submit.slice(0, -1))).stdout, "✔ doubt: done; 20 created.\n")
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

  it.effect("changes accounts once the plan is confirmed and within its limits, and shows what was overwritten", () =>
    Effect.gen(function* () {
      const { file, ids, jobs, requests, write } = yield* inFolder
      const { store } = yield* Sandbox.Sandbox
      for (const [id, plan] of [["a", "free"] as const, ["b", "pro"] as const]) {
        yield* store.insert({ createDate: 0, account: { id, name: id, propertyKeys: ["AP-TEST-2"], plan } })
      }
      yield* write("id,name,plan\na,a,pro\nb,b,pro\nc,c,free\n")
      const update = (...more: ReadonlyArray<string>) => jobs(["submit", file, "--if-exists", "update", ...more])
      const unconfirmed = yield* update("--id", "sync")
      assert.strictEqual(unconfirmed.exitCode, 3)
      assert.include(unconfirmed.stderr, "would create 1 account and change 1, which nobody confirmed.")
      assert.strictEqual((yield* update("--yes", "--max-changes", "0")).exitCode, 3)
      assert.deepStrictEqual(yield* ids, [])

      const ran = yield* update("--id", "sync", "--yes", "--max-changes", "1")
      assert.deepInclude(ran, { exitCode: 0, stdout: "✔ sync: done; 1 created, 1 changed.\n" }, ran.stderr)
      assert.strictEqual(
        (yield* jobs(["results", "sync"])).stdout,
        'row 1  a  updated  plan: "free" -> "pro"\nrow 3  c  created\n',
      )
      const before = yield* requests
      assert.strictEqual((yield* update("--id", "sync", "--yes")).stdout, ran.stdout)
      assert.strictEqual(yield* requests, before)
      assert.include((yield* update("--id", "other")).stdout, "PX holds all 3 rows as they are")
      assert.deepStrictEqual(yield* ids, ["sync"])

      const there = yield* jobs(["submit", file, "--id", "there", "--if-exists", "fail"])
      assert.deepInclude(there, { exitCode: 6, stdout: "✔ there: done; 3 existed.\n" })
      const keyless = yield* update("--id", "keyless", "--key", "acme")
      assert.strictEqual(keyless.exitCode, 4)
      assert.include(keyless.stderr, "The plan of updates is made here, and there is no API key acme here.")
    }),
  )

  it.effect("takes no job of a file that is changed while it is taken", () =>
    Effect.gen(function* () {
      const { file, ids, jobs, write } = yield* inFolder
      const meddling = layerBefore(() => Effect.orDie(write(rows(21))))
      const refused = yield* jobs(["submit", file, "--detach"], {}, meddling)
      assert.strictEqual(refused.exitCode, 3)
      assert.include(refused.stderr, "was changed while it was taken as a job. Nothing was kept.")
      assert.deepStrictEqual(yield* ids, [])
    }),
  )

  it.effect("asks PX before a job is taken, where the key is here, and takes none that would fail", () =>
    Effect.gen(function* () {
      const { file, ids, jobs, requests } = yield* inFolder
      const submit = ["submit", file, "--detach"]
      const stranger = yield* jobs([...submit, "--product-key", "AP-STRANGE-2"])
      assert.strictEqual(stranger.exitCode, 3)
      assert.include(stranger.stderr, "AP-STRANGE-2 is not of the subscription")
      assert.strictEqual((yield* jobs(submit, { APTRINSIC_API_KEY: "refused-by-px" })).exitCode, 4)
      assert.deepStrictEqual(yield* ids, [])
      const before = yield* requests
      const elsewhere = yield* jobs([...submit, "--key", "acme", "--id", "elsewhere"], { APTRINSIC_API_KEY_ACME: " " })
      assert.include(elsewhere.stderr, "are not checked: the API key of the job is not here.")
      yield* jobs([...submit, "--id", "unasked", "--no-preflight", "--product-key", "AP-STRANGE-2"])
      assert.deepStrictEqual(yield* ids, ["unasked", "elsewhere"])
      assert.strictEqual(yield* requests, before)
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

  it.effect.each([
    { flags: ["--id", "a/b"], rule: "letters, digits, full stops, dashes and underscores" },
    { flags: ["--key", "acme inc"], rule: "letters, digits, full stops, dashes and underscores" },
    { flags: ["--lanes", "65"], rule: "a whole number from 1 to 64" },
  ])("refuses $flags before it reads the file", ({ flags, rule }) =>
    Effect.gen(function* () {
      const { exitCode, stderr } = yield* aptrinsic(["jobs", "submit", "no-such-file.csv", ...flags], offline)
      assert.strictEqual(exitCode, 2)
      assert.include(stderr, flags[0]!)
      assert.include(stderr, rule)
    }),
  )

  it.effect("says why its file cannot be opened, that of the user too", () =>
    Effect.gen(function* () {
      const { file } = yield* inFolder
      for (const [args, env, name, why] of [
        [["--database", `${file}.no/jobs.db`], {}, `${file}.no/jobs.db`, "there is no such file or directory"],
        [["--database", file], {}, file, "file is not a database"],
        [[], { XDG_DATA_HOME: file }, `${file}/aptrinsic/jobs.db`, "part of its path is not a directory"],
      ] as const) {
        const { exitCode, stderr, stdout } = yield* aptrinsic(["jobs", "list", ...args], { ...offline, env })
        assert.deepEqual([exitCode, stdout], [7, ""])
        assert.include(stderr, `✖ The database ${name} cannot be opened: ${why}.\n`)
      }
    }),
  )

  it.effect.each([
    "postgres://me:a/secret@127.0.0.1:9/jobs",
    "postgres://me:a%secret@127.0.0.1:9/jobs",
    "postgres:/me:secret@127.0.0.1:9/jobs",
    "postgres:me:secret@127.0.0.1:9/jobs",
    "jdbc:postgresql:/me:secret@127.0.0.1:9/jobs",
    "mysql://me:secret@127.0.0.1:9/jobs",
    "'postgres://me:secret@127.0.0.1:9/jobs'",
  ])("takes the address %s for no file, and does not repeat it", (database) =>
    Effect.gen(function* () {
      const unreadable = yield* aptrinsic(["jobs", "list", "--database", database], offline)
      assert.strictEqual(unreadable.exitCode, 2)
      assert.include(unreadable.stderr, "In a password, / is written %2F")
      assert.notInclude(unreadable.stdout + unreadable.stderr, "secret")
    }),
  )
})
