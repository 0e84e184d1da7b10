/**
 * What a job costs beside an import without one, of the same file in one run: the CPU of all processes a row, that of a chunk in which nothing is left
 * to send, that of workers with nothing to do, and what the database keeps. The sandbox has no limit, and its CPU is not counted. It needs Linux, which
 * tells the CPU of processes that run. `--rows` takes another number than 100,000, `--quick` takes 3,000.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { DatabaseSync } from "node:sqlite"
import { setTimeout } from "node:timers/promises"
import { parseArgs } from "node:util"
import { startPostgres } from "@effect-aptrinsic/jobs/test/postgres"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as SqlClient from "effect/sql/SqlClient"
import { start, stop } from "./children.ts"
import { cpuOf, postgresOf } from "./jobs/cpu.ts"
import { writeFile } from "./jobs/file.ts"
import { awaitJob, run, startWorker, type Worker } from "./jobs/worker.ts"
import { formatTable } from "./table.ts"

const { values } = parseArgs({
  options: { rows: { type: "string", default: "100000" }, quick: { type: "boolean", default: false } },
})
const rows = values.quick ? 3000 : Number(values.rows)
const chunks = Math.ceil(rows / 500)
const key = "benchmark-key"

const directory = mkdtempSync(join(tmpdir(), "jobs-"))
process.on("exit", () => rmSync(directory, { recursive: true, force: true }))
const file = join(directory, "accounts.csv")
writeFile(file, rows, "acc")
/** Another file, which is sent at the pace of a key. */
const [paced, pacedRows] = [join(directory, "paced.csv"), values.quick ? 600 : 6000]
writeFile(paced, pacedRows, "paced")

const at = (rate: number) => ["--rate", String(rate), "--daily-quota", "100000000", "--no-preflight"]
const unlimited = at(100_000)
const note = (text: string) => process.stderr.write(`${text}\n`)

/** Runs something with a sandbox of its own, since accounts that exist take other requests. */
const withSandbox = async <A>(use: (env: Record<string, string>) => Promise<A>): Promise<A> => {
  const sandbox = await start<string>("import/sandbox.ts", [key])
  const env = { APTRINSIC_API_KEY: key, APTRINSIC_BASE_URL: sandbox.line, HOME: directory, XDG_STATE_HOME: directory }
  const result = await use(env)
  await stop(sandbox)
  return result
}

interface Database {
  readonly address: string
  /** Milliseconds of CPU of a server. */
  readonly cpu: () => number
  /** Transactions of a server. */
  readonly transactions: () => Promise<number>
  readonly bytes: () => Promise<number>
  /** Gives the room of what was taken away back. */
  readonly vacuum: () => Promise<void>
}

interface JobCosts {
  readonly take: number
  readonly takeServer: number
  readonly send: number
  readonly sendServer: number
  readonly paced: number
  readonly pacedServer: number
  readonly pacedTransactions: number
  readonly chunk: number
  readonly chunkServer: number
  readonly idle: number
  readonly idleServer: number
  readonly idleTransactions: number
  readonly waiting: number
  readonly done: number
  readonly purged: number
  readonly vacuumed: number
}

/** What workers and their server used while something happened. */
const measure = async (workers: ReadonlyArray<Worker>, database: Database, during: () => Promise<unknown>) => {
  const used = async () => ({
    workers: workers.reduce((sum, worker) => sum + worker.cpu(), 0),
    server: database.cpu(),
    transactions: await database.transactions(),
  })
  const before = await used()
  await during()
  const after = await used()
  return {
    workers: after.workers - before.workers,
    server: after.server - before.server,
    transactions: after.transactions - before.transactions,
  }
}

const costsOf = (database: Database, count: number): Promise<JobCosts> =>
  withSandbox(async (own) => {
    const env = { ...own, APTRINSIC_DATABASE: database.address }
    // Its tables are made before it is measured.
    await run(["jobs", "list"], env)
    const serverBefore = database.cpu()
    const taken = await run(["jobs", "submit", file, "--id", "bench", "--detach", ...unlimited], env)
    const takeServer = database.cpu() - serverBefore
    const waiting = await database.bytes()
    note(`taken: ${taken.seconds.toFixed(1)} s, ${Math.round(taken.megabytes)} MB`)
    const workers: Array<Worker> = []
    for (let index = 0; index < count; index++) workers.push(await startWorker(env))
    const sent = await measure(workers, database, () => awaitJob("bench", env))
    const done = await database.bytes()
    note(`sent: ${Math.round(sent.workers)} ms, ${Math.round(sent.server)} ms of the server`)
    const again = await measure(workers, database, async () => {
      await run(["jobs", "resume", "bench", "--detach"], env)
      await awaitJob("bench", env)
    })
    const idle = await measure(workers, database, () => setTimeout(20_000))
    await run(["jobs", "submit", paced, "--id", "paced", "--detach", ...at(200)], env)
    const slow = await measure(workers, database, () => awaitJob("paced", env))
    await run(["jobs", "purge", "bench"], env)
    await run(["jobs", "purge", "paced"], env)
    // Executions are collected a minute after the end of their job.
    await setTimeout(100_000)
    const purged = await database.bytes()
    for (const worker of workers) await worker.stop()
    await database.vacuum()
    return {
      take: taken.cpu / rows,
      takeServer: takeServer / rows,
      send: sent.workers / rows,
      sendServer: sent.server / rows,
      paced: slow.workers / pacedRows,
      pacedServer: slow.server / pacedRows,
      pacedTransactions: slow.transactions / pacedRows,
      chunk: again.workers / chunks,
      chunkServer: again.server / chunks,
      idle: idle.workers / 20 / count,
      idleServer: idle.server / 20 / count,
      idleTransactions: idle.transactions / 20 / count,
      waiting,
      done,
      purged,
      vacuumed: await database.bytes(),
    }
  })

const sqlite = (): Database => {
  const path = join(directory, "jobs.db")
  const execute = (statements: string) => {
    const database = new DatabaseSync(path, { timeout: 5000 })
    database.exec(statements)
    database.close()
  }
  return {
    address: path,
    cpu: () => 0,
    transactions: () => Promise.resolve(0),
    bytes: () => {
      // What stands in the log has its place in the file.
      execute("pragma wal_checkpoint(passive)")
      return Promise.resolve(statSync(path).size)
    },
    vacuum: () => Promise.resolve(execute("vacuum")),
  }
}

const postgres = (url: string) => {
  const runtime = ManagedRuntime.make(PgClient.layer({ url: Redacted.make(url), maxConnections: 1 }))
  const server = postgresOf(process.pid)
  const ask = (text: string) =>
    runtime.runPromise(Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<{ value: unknown }>(text)))
  const numberOf = async (text: string) => Number((await ask(text))[0]?.value)
  const database: Database = {
    address: url,
    cpu: () => cpuOf(server),
    transactions: () =>
      numberOf("select xact_commit + xact_rollback as value from pg_stat_database where datname = current_database()"),
    bytes: () =>
      numberOf(
        "select sum(pg_total_relation_size(oid)) as value from pg_class where relkind = 'r' and relname like 'aptrinsic%'",
      ),
    vacuum: async () => void (await ask("vacuum full")),
  }
  return { database, end: () => runtime.dispose() }
}

const plain = await withSandbox(
  async (env) => (await run(["accounts", "import", file, "--quiet", ...unlimited], env)).cpu,
)
note(`plain: ${Math.round(plain)} ms`)
const embedded = await costsOf(sqlite(), 1)

const scope = Scope.makeUnsafe()
const { url } = await Effect.runPromise(Effect.provideService(startPostgres, Scope.Scope, scope))
const { database, end } = postgres(url)
const shared = await costsOf(database, 2)
await end()
await Effect.runPromise(Scope.close(scope, Exit.void))

const cost = (milliseconds: number) => `${milliseconds.toFixed(3)} ms`
const perMillion = (bytes: number) => `${Math.round(bytes / rows)} MB`
const total = ({ send, sendServer, take, takeServer }: JobCosts) => take + takeServer + send + sendServer
const row = (title: string, none: string, tell: (costs: JobCosts) => string) => [
  title,
  none,
  tell(embedded),
  tell(shared),
]
const accepted = `${rows.toLocaleString("en-US")} rows in chunks of 500`

console.log(
  `Node ${process.version}, ${process.platform} ${process.arch}, ${accepted}; CPU of all processes but the sandbox\n`,
)
console.log(
  [
    ...formatTable([
      ["CPU", "accounts import", "job in SQLite", "job on Postgres, 2 workers"],
      row("a row is taken: the command", "-", ({ take }) => cost(take)),
      row("a row is taken: the server", "-", ({ takeServer }) => cost(takeServer)),
      row("a row is sent: the command, the workers", cost(plain / rows), ({ send }) => cost(send)),
      row("a row is sent: the server", "-", ({ sendServer }) => cost(sendServer)),
      row("all of a row, beside the import", "1.00", (costs) => (total(costs) / (plain / rows)).toFixed(2)),
      row("a row is sent at 200/s: the workers", "-", ({ paced }) => cost(paced)),
      row("a row is sent at 200/s: the server", "-", ({ pacedServer }) => cost(pacedServer)),
      row("a chunk with nothing left to send", "-", ({ chunk, chunkServer }) => cost(chunk + chunkServer)),
      row("a worker with nothing to do, a second", "-", ({ idle }) => cost(idle)),
      row("its server, a second", "-", ({ idleServer }) => cost(idleServer)),
    ]),
    "",
    ...formatTable([
      ["Transactions of the server", "", "", "job on Postgres, 2 workers"],
      ["a row at 200/s", "", "", shared.pacedTransactions.toFixed(2)],
      ["a worker with nothing to do, a second", "", "", shared.idleTransactions.toFixed(1)],
    ]),
    "",
    ...formatTable([
      ["Size of a million rows", "", "job in SQLite", "job on Postgres"],
      row("that wait", "", ({ waiting }) => perMillion(waiting)),
      row("that are done", "", ({ done }) => perMillion(done)),
      row("that were purged", "", ({ purged }) => perMillion(purged)),
      row("that were purged, after a vacuum", "", ({ vacuumed }) => perMillion(vacuumed)),
    ]),
  ].join("\n"),
)
