/**
 * Runs two programs, on Effect and on promises, on Bun, in a worker of Cloudflare and in a browser, against a sandbox: `npm run proof:runtimes`.
 * They stand in a project outside of the repository, into which Bun has installed the packed packages. For Node and Deno `test:pack` does it.
 */
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { layerHttpServer, runMain } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { archive, type Release } from "@effect-aptrinsic/tools/release/installed"
import { makeProject, packages, type Project, versionsOf } from "@effect-aptrinsic/tools/release/project"
import chromium from "@sparticuz/chromium"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Miniflare } from "miniflare"
import { chromium as playwright } from "playwright-core"
import { build, type Rollup } from "vite"
import { lost, names, type Server } from "./consumer/accounts.ts"

const refused = "not created: PossibleDuplicate"
const reconciled = "created, found by a lookup"

/** When a connection breaks on which an earlier answer came, Chromium sends a POST again by itself; PX then refuses the second one. */
const lostInChromium = refused

/** What each program sees: a create, the same once more, one whose answer is lost, and a stream of two, of which one is there; on Effect a file too. */
const onEffect = (lost: string) => ["created", refused, lost, "Created, Duplicate", "Valid, Invalid"]
const onPromises = (lost: string) => ["created", refused, lost, "created, not created"]

const programs = new URL("consumer/", import.meta.url)
const bun = fileURLToPath(new URL("node_modules/.bin/bun", import.meta.url))

/** Bun installs the peers of platform-node too: one is for its cluster modules, which nobody here needs. */
const redis: Release = { manifest: { name: "redis", version: "6.0.0" }, tarball: () => archive(programs) }

/** A project whose packages Bun has installed from the registry on loopback. */
const install = async (project: Project): Promise<void> => {
  const dependencies = { ...packages("libraries"), ...versionsOf(["@effect/platform-node", "effect", "undici"]) }
  project.write("package.json", { private: true, type: "module", dependencies })
  await project.run(bun, "install")
}

/** A program as one file of JavaScript. */
const bundle = async ({ path }: Project, file: string): Promise<string> => {
  const { output } = (await build({
    root: path,
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: join(path, file), preserveEntrySignatures: "strict" },
    },
  })) as Rollup.RollupOutput
  return (output[0] as Rollup.OutputChunk).code
}

interface Seen {
  readonly effect: unknown
  readonly promises: unknown
}

const onBun = async (project: Project, { apiKey, baseUrl }: Server): Promise<Seen> =>
  JSON.parse(await project.run(bun, "bun.ts", apiKey, baseUrl))

/** The adapter for Node has no place there, and says so instead of losing requests. */
const adapterOnBun = (project: Project): Promise<string> =>
  project.run(bun, "adapter.ts").then(
    () => "built",
    ({ message }: Error) => (message.includes(refusal) ? refusal : message),
  )

/** The programs, and twenty creates at once through the one runtime of the module. */
const inWorker = async (project: Project, { apiKey, baseUrl }: Server) => {
  const worker = new Miniflare({
    modules: true,
    script: await bundle(project, "worker.ts"),
    compatibilityDate: "2026-07-01",
    bindings: { apiKey, baseUrl },
  })
  const ask = async (path: string) => (await worker.dispatchFetch(`http://worker/${path}`)).json() as Promise<unknown>
  try {
    const [effect, promises] = [await ask("effect"), await ask("promises")]
    const atOnce = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(`worker-${index}`)))
    return { effect, promises, atOnce }
  } finally {
    await worker.dispose()
  }
}

const refusal = "provide the layer of effect/http/FetchHttpClient"

const describe = (wanted: string | ReadonlyArray<string>) => [...new Set([wanted].flat())].join("; ")

/** A page of the sandbox's own origin: it answers no other one. */
const inBrowser = async (project: Project, server: Server): Promise<Seen> => {
  const script = await bundle(project, "browser.ts")
  const browser = await playwright.launch({ args: ["--no-sandbox"], executablePath: await chromium.executablePath() })
  try {
    const page = await browser.newPage()
    await page.route("**/app", (route) => route.fulfill({ contentType: "text/html", body: "<title>App</title>" }))
    await page.goto(`${server.baseUrl}/app`)
    await page.addScriptTag({ type: "module", content: script })
    await page.waitForFunction(() => typeof globalThis.run === "function")
    return await page.evaluate((given) => globalThis.run(given), server)
  } finally {
    await browser.close()
  }
}

const program = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const server = { apiKey: Redacted.value(sandbox.apiKey), baseUrl: sandbox.url }
  yield* sandbox.faults.set(
    names.map((name) => ({ fault: "drop-after-commit", method: "POST", accountId: lost(name), times: 1 })),
  )
  const project = yield* Effect.acquireRelease(
    Effect.promise(() => makeProject({ programs, others: [redis] })),
    (made) => Effect.promise(() => made[Symbol.asyncDispose]()),
  )
  yield* Effect.promise(() => install(project))
  const withBun = yield* Effect.promise(() => onBun(project, server))
  const worker = yield* Effect.promise(() => inWorker(project, server))
  const browser = yield* Effect.promise(() => inBrowser(project, server))
  const seen = [
    ["Bun", withBun.effect, onEffect(reconciled)],
    ["Bun, with promises", withBun.promises, onPromises(reconciled)],
    ["Bun, with the adapter for Node", yield* Effect.promise(() => adapterOnBun(project)), refusal],
    ["worker (miniflare)", worker.effect, onEffect(reconciled)],
    ["worker, with promises", worker.promises, onPromises(reconciled)],
    ["worker, twenty at once", worker.atOnce, Array.from({ length: 20 }, () => "created")],
    ["browser (Chromium)", browser.effect, onEffect(lostInChromium)],
    ["browser, with promises", browser.promises, onPromises(lostInChromium)],
  ] as const
  for (const [where, given, wanted] of seen) {
    const isRight = JSON.stringify(given) === JSON.stringify(wanted)
    if (!isRight) process.exitCode = 1
    yield* Console.log(`${isRight ? "✔" : "✖"} ${where}: ${isRight ? describe(wanted) : JSON.stringify(given)}`)
  }
})

runMain(Effect.provide(Effect.scoped(program), Sandbox.layer().pipe(Layer.provide(layerHttpServer()))))
