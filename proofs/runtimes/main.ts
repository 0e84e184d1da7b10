/**
 * Runs one program on Bun, in a worker of Cloudflare and in a browser, against a sandbox: `npm run proof:runtimes`. Node and Deno have suites.
 */
import { spawn } from "node:child_process"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { layerHttpServer, runMain } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import chromium from "@sparticuz/chromium"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Miniflare } from "miniflare"
import { chromium as playwright } from "playwright-core"
import { build, type Rollup } from "vite"
import { expected, inChromium, lost, type Server } from "./program.ts"

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** A program as one file of JavaScript. */
const bundle = async (file: string): Promise<string> => {
  const { output } = (await build({
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: pathOf(file), preserveEntrySignatures: "strict" },
    },
  })) as Rollup.RollupOutput
  return (output[0] as Rollup.OutputChunk).code
}

const bun = (...args: ReadonlyArray<string>) =>
  new Promise<{ readonly stdout: string; readonly stderr: string }>((resolve) => {
    const child = spawn(pathOf("node_modules/.bin/bun"), args, { cwd: pathOf(".") })
    const printed = { stdout: "", stderr: "" }
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (chunk: string) => {
        printed[name] += chunk
      })
    }
    child.on("close", () => resolve(printed))
  })

const onBun = async ({ apiKey, baseUrl }: Server): Promise<unknown> => {
  const { stderr, stdout } = await bun("bun.ts", apiKey, baseUrl)
  return stdout === "" ? stderr : JSON.parse(stdout)
}

/** The adapter for Node has no place there, and says so instead of losing requests. */
const adapterOnBun = async (): Promise<string> => {
  const program = `import { layerHttpClient } from "@effect-aptrinsic/runtime/node"
    import { Effect, Layer } from "effect"
    await Effect.runPromise(Effect.scoped(Layer.build(layerHttpClient())))`
  const { stderr } = await bun("-e", program)
  return /provide the layer of effect\/http\/FetchHttpClient/u.exec(stderr)?.[0] ?? stderr
}

/** The program, and twenty creates at once through the one runtime of the module. */
const inWorker = async ({ apiKey, baseUrl }: Server) => {
  const worker = new Miniflare({
    modules: true,
    script: await bundle("worker.ts"),
    compatibilityDate: "2026-07-01",
    bindings: { apiKey, baseUrl },
  })
  const ask = async (path: string) => (await worker.dispatchFetch(`http://worker/${path}`)).json() as Promise<unknown>
  try {
    const outcomes = await ask("program")
    const atOnce = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(`worker-${index}`)))
    return { outcomes, atOnce }
  } finally {
    await worker.dispose()
  }
}

const refusal = "provide the layer of effect/http/FetchHttpClient"

const describe = (wanted: string | ReadonlyArray<string>) => [...new Set([wanted].flat())].join("; ")

/** A page of the sandbox's own origin: it answers no other one. */
const inBrowser = async (server: Server): Promise<ReadonlyArray<string>> => {
  const script = await bundle("browser.ts")
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
    ["bun", "worker", "browser"].map((name) => ({
      fault: "drop-after-commit",
      method: "POST",
      accountId: lost(name),
      times: 1,
    })),
  )
  const worker = yield* Effect.promise(() => inWorker(server))
  const seen = [
    ["Bun", yield* Effect.promise(() => onBun(server)), expected],
    ["Bun, with the adapter for Node", yield* Effect.promise(adapterOnBun), refusal],
    ["worker (miniflare)", worker.outcomes, expected],
    ["worker, twenty at once", worker.atOnce, Array.from({ length: 20 }, () => "created")],
    ["browser (Chromium)", yield* Effect.promise(() => inBrowser(server)), inChromium],
  ] as const
  for (const [where, given, wanted] of seen) {
    const isRight = JSON.stringify(given) === JSON.stringify(wanted)
    if (!isRight) process.exitCode = 1
    yield* Console.log(`${isRight ? "✔" : "✖"} ${where}: ${isRight ? describe(wanted) : JSON.stringify(given)}`)
  }
})

runMain(Effect.provide(program, Sandbox.layer().pipe(Layer.provide(layerHttpServer()))))
