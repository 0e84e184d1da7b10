/**
 * What `npm start` shows: the sandbox in this process, real accounts created through the client and the command over real HTTP, and in
 * plain words what happened.
 */
import { type Account, Accounts } from "@effect-aptrinsic/core"
import { layerHttpClient, layerHttpServer, layerServices, runMain } from "@effect-aptrinsic/runtime/node"
import { Sandbox } from "@effect-aptrinsic/sandbox"
import { Console, Duration, Effect, FileSystem, Layer, Path, Redacted, Stream } from "effect"
import * as ChildProcess from "effect/process/ChildProcess"

const productKey = "AP-XXXXXXXXXX-2"

const step = (title: string) => Console.log(`\n${title}`)

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`

/** Creates an account and says in one or two lines what happened. */
const show = (account: Account.NewAccount) =>
  Accounts.createAccount(account).pipe(
    Effect.matchEffect({
      onSuccess: ({ attempts, elapsed, reconciled }) =>
        Console.log(
          `  ✔ ${account.id} created: ${count(attempts, "request")}, ${Duration.toMillis(elapsed)} ms` +
            (reconciled ? "; the answer was lost, a lookup showed that it exists" : ""),
        ),
      onFailure: (error) =>
        error.reason._tag === "InvalidAccount"
          ? Effect.forEach(error.reason.issues, ({ message, path }) => Console.log(`  ✖ ${path.padEnd(30)} ${message}`))
          : Console.log(`  ✖ ${account.id}: ${error.reason.message}\n    → ${error.hint}`),
    }),
  )

const readAccount = Effect.fn("readAccount")(function* (name: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.join(import.meta.dirname, "accounts", `${name}.json`)
  // Read as it stands: one of the files is invalid, and it is the client that has to say so.
  return JSON.parse(yield* fs.readFileString(file)) as Account.NewAccount
})

/** Runs the command as a shell would, and shows the line, what it printed and its exit code. */
const command = Effect.fn("command")(function* (args: ReadonlyArray<string>, directory?: string) {
  const { apiKey, url } = yield* Sandbox.Sandbox
  const path = yield* Path.Path
  const bin = path.join(import.meta.dirname, "..", "apps", "cli", "src", "bin.ts")
  yield* Console.log(`  $ aptrinsic ${args.map((arg) => (/[^\w.:=-]/.test(arg) ? `'${arg}'` : arg)).join(" ")}`)
  const child = yield* ChildProcess.make(process.execPath, [bin, ...args], {
    env: {
      APTRINSIC_API_KEY: Redacted.value(apiKey),
      APTRINSIC_BASE_URL: url,
      APTRINSIC_PRODUCT_KEY: productKey,
      ...(directory === undefined ? {} : { XDG_STATE_HOME: directory }),
    },
    extendEnv: true,
    cwd: directory,
  })
  const output = yield* Stream.mkString(Stream.decodeText(child.all))
  for (const line of output.trimEnd().split("\n")) yield* Console.log(`  ${line}`)
  const code = yield* child.exitCode
  if (code !== 0) yield* Console.log(`  (exit code ${code})`)
}, Effect.scoped)

/** Imports the export of a CRM from a folder of its own, which takes the report and the rows that were left out. */
const importFile = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const directory = yield* fs.makeTempDirectoryScoped()
  const file = "crm-export.csv"
  yield* fs.copyFile(path.join(import.meta.dirname, "accounts", file), path.join(directory, file))
  const reading = ["--map", "Account Owner=csm", "--date-format", "DD/MM/YYYY", "--grouping", ","]
  yield* command(["accounts", "import", file, "--dry-run", "--save-mapping", "crm.json", ...reading], directory)
  yield* command(["accounts", "import", file, "--mapping", "crm.json", "--skip-invalid"], directory)
}).pipe(Effect.scoped)

const burst = Effect.gen(function* () {
  const { limits, log } = yield* Sandbox.Sandbox
  yield* limits.set({ ...(yield* limits.settings), perSecond: { requests: 20, window: "sliding" } })
  const before = (yield* log.counters).outcomes["rate-limited"] ?? 0
  const accounts = Array.from({ length: 60 }, (_, index) => ({
    id: `burst-${index + 1}`,
    name: `Burst ${index + 1}`,
    propertyKeys: [productKey],
  }))
  const [duration, created] = yield* Effect.timed(
    Effect.forEach(accounts, (account) => Accounts.createAccount(account), { concurrency: "unbounded" }),
  )
  const rejected = ((yield* log.counters).outcomes["rate-limited"] ?? 0) - before
  yield* Console.log(
    `  ✔ ${created.length} of 60 accounts created in ${seconds(Duration.toMillis(duration))}, each of them once`,
  )
  yield* Console.log(
    `    The server allowed 20 requests a second where the client was told 200. It answered 429 ${rejected}`,
  )
  yield* Console.log("    times; the client paused as asked, learned the limit and stayed below it.")
})

const tour = Effect.gen(function* () {
  const { faults, store, url } = yield* Sandbox.Sandbox
  yield* Console.log(
    "effect-aptrinsic: Gainsight PX accounts, created for certain. No key needed, nothing leaves this machine.",
  )
  yield* step(`1. A sandbox of the PX accounts API is serving at ${url}`)

  yield* step("2. An Effect program creates the accounts of examples/accounts")
  const globex = yield* readAccount("globex")
  yield* show(globex)
  yield* show(yield* readAccount("initech"))

  yield* step("3. The same account again: a duplicate, told from other bad requests by looking it up")
  yield* show(globex)
  yield* show({ ...globex, plan: "starter" })

  yield* step("4. An invalid account: every problem at once, and nothing is sent")
  yield* show(yield* readAccount("invalid"))

  yield* step("5. The server creates an account, then the connection breaks before it can say so")
  yield* faults.set([{ fault: "drop-after-commit", method: "POST", times: 1 }])
  yield* show({ id: "hooli", name: "Hooli", propertyKeys: [productKey] })

  yield* step("6. A burst of 60 accounts against a limit nobody told the client about")
  yield* burst

  yield* step("7. The same from the shell")
  yield* command(["accounts", "create", "acme", "--name", "Acme Inc", "--set", "plan=pro"])
  yield* command(["accounts", "create", "acme", "--name", "Acme Inc", "--set", "plan=pro"])
  yield* command(["accounts", "create", "beta", "--set", "numberOfEmployees=many"])

  yield* step("8. A file that a CRM exported: checked whole, then sent; the same command would continue it")
  yield* importFile

  yield* step(`The sandbox now holds ${yield* store.count} accounts.`)
  yield* Console.log(`
Try next
  npm run aptrinsic -- sandbox               serve a sandbox, with a page to watch and to steer it
  npm run aptrinsic -- accounts fields       every field of an account
  npm run aptrinsic -- --help                the command
  examples/02_compose.ts                     your own retries and errors around createAccount
  examples/05_import.sh                      a file from the first dry run to the last row
  npm test                                   everything this shows, proven`)
})

const client = Layer.unwrap(Effect.map(Sandbox.Sandbox, ({ apiKey, url }) => Accounts.layer({ apiKey, baseUrl: url })))

const world = client.pipe(
  Layer.provideMerge(Sandbox.layer()),
  Layer.provide([layerHttpServer(), layerHttpClient()]),
  Layer.provideMerge(layerServices),
)

runMain(Effect.provide(tour, world))
