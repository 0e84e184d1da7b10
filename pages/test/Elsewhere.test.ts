import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as ImportSummary from "@effect-aptrinsic/bulk/ImportSummary"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
// @boundaries-ignore the command exports nothing
import { serve } from "../../apps/cli/src/page/serve.ts"
import { visit } from "./browser.ts"
import { create } from "./sandbox.ts"
import { million } from "./support/summary.ts"

interface Attack {
  readonly target: string
  readonly reads: ReadonlyArray<string>
  readonly writes: ReadonlyArray<readonly [method: string, path: string]>
}

/** Tries in a page all that a page can try at another origin, and tells what it got hold of. */
const attack = async ({ reads, target, writes }: Attack): Promise<ReadonlyArray<string>> => {
  const got: Array<string> = []
  const tried = (what: string, reading: Promise<unknown>) => reading.then(() => got.push(what)).catch(() => undefined)
  const loaded = (element: HTMLElement) =>
    new Promise((resolve, reject) => {
      element.addEventListener("load", resolve)
      element.addEventListener("error", reject)
      document.body.append(element)
    })
  const make = <Name extends keyof HTMLElementTagNameMap>(name: Name, set: Partial<HTMLElementTagNameMap[Name]>) =>
    Object.assign(document.createElement(name), set)
  const opened = (source: EventSource | WebSocket) =>
    new Promise((resolve, reject) => {
      source.addEventListener("open", resolve)
      source.addEventListener("error", reject)
    }).finally(() => source.close())
  const frame = async (set: Partial<HTMLIFrameElement>, form?: HTMLFormElement) => {
    const inner = make("iframe", set)
    await loaded(inner)
    if (form !== undefined) {
      const answered = new Promise((resolve) => inner.addEventListener("load", resolve))
      document.body.append(form)
      form.submit()
      await answered
    }
    if (inner.contentDocument === null) throw new Error("nothing to see")
  }
  const post = (path: string) => {
    const [action, name] = [target + path, `frame ${path}`]
    return frame({ name }, make("form", { action, method: "post", enctype: "text/plain", target: name }))
  }
  const trials: Array<Promise<unknown>> = []
  for (const path of reads) {
    trials.push(
      tried(`fetch ${path}`, fetch(target + path)),
      tried(`events ${path}`, opened(new EventSource(target + path))),
      tried(`socket ${path}`, opened(new WebSocket(target.replace("http", "ws") + path))),
      tried(`script ${path}`, loaded(make("script", { src: target + path }))),
      tried(`style ${path}`, loaded(make("link", { rel: "stylesheet", href: target + path }))),
      tried(`image ${path}`, loaded(make("img", { src: target + path }))),
      tried(`frame ${path}`, frame({ src: target + path })),
    )
  }
  for (const [method, path] of writes) {
    const headers = { "content-type": "application/json" }
    trials.push(tried(`${method} ${path}`, fetch(target + path, { method, body: "[]", headers })))
    if (method !== "POST") continue
    // Nobody can read its answer; what counts is that nothing happens.
    trials.push(
      fetch(target + path, { method, mode: "no-cors", body: "[]" }).catch(() => undefined),
      tried(`form ${path}`, post(path)),
    )
  }
  await Promise.all(trials)
  return got
}

/** A page of somebody else, at a port of this machine. */
const elsewhere = Effect.acquireRelease(
  Effect.callback<{ readonly server: ReturnType<typeof createServer>; readonly port: number }>((resume) => {
    const server = createServer((_, response) => response.end("<!doctype html><title>elsewhere</title><body>"))
    server.listen(0, "127.0.0.1", () =>
      resume(Effect.succeed({ server, port: (server.address() as AddressInfo).port })),
    )
  }),
  ({ server }) => Effect.sync(() => server.close()),
)

/** The same machine at another port, which is the same site, and two other sites. */
const hosts = ["127.0.0.1", "localhost", "elsewhere.test"]

const attacked = Effect.fnUntraced(function* (attempt: Attack) {
  const { port } = yield* elsewhere
  for (const host of hosts) {
    yield* visit(`http://${host}:${port}`, { expected: /./u }, async (page) => {
      assert.deepStrictEqual(await page.evaluate(attack, attempt), [], host)
      // A page may link to it, and has no hold on what it opened.
      const popup = page.waitForEvent("popup")
      await page.evaluate((address) => void Object.assign(globalThis, { linked: open(address) }), attempt.target)
      const linked = await popup
      await linked.waitForLoadState()
      assert.isTrue(await linked.evaluate(() => globalThis.opener === null))
      assert.isTrue(await page.evaluate(() => (globalThis as unknown as { linked: Window }).linked.closed))
    })
  }
  // A name that was rebound to this machine, for which the page would be of its own origin.
  const { port: own } = new URL(attempt.target)
  yield* visit(`http://elsewhere.test:${port}`, { expected: /./u }, async (page) => {
    for (const path of attempt.reads) {
      const answer = await page.goto(`http://elsewhere.test:${own}${path}`)
      assert.strictEqual(answer?.status(), 403, path)
    }
  })
})

const server = layerHttpServer({ port: 0 })

describe("a page of another origin", () => {
  it.live("reads and changes nothing of a sandbox", () =>
    Effect.gen(function* () {
      const { faults, limits, log, store, url } = yield* Sandbox.Sandbox
      yield* Effect.promise(() => create(url, { id: "acme" }))
      // The log has what was refused, too.
      const heard = Effect.map(log.counters, ({ outcomes, total }) => total - outcomes.refused)
      const state = Effect.all([faults.active, limits.settings, heard, store.count])
      const before = yield* state
      yield* attacked({
        target: url,
        reads: ["/", "/docs", "/sandbox/state", "/sandbox/events?after=0", "/sandbox/page.js", "/sandbox/page.css"],
        writes: [
          ["POST", "/sandbox/reset"],
          ["PUT", "/sandbox/faults"],
          ["PUT", "/sandbox/limits"],
          ["DELETE", "/sandbox/requests"],
          ["POST", "/v1/accounts"],
        ],
      })
      assert.deepStrictEqual(yield* state, before)
    }).pipe(Effect.scoped, Effect.provide(Layer.provide(Sandbox.layer(), server))),
  )

  it.live("reads nothing of an import, and does not stop it", () =>
    Effect.gen(function* () {
      let stopped = 0
      const summary = yield* Schema.decodeEffect(ImportSummary.ImportSummary)(million)
      const address = yield* serve({
        summary: Effect.succeed(summary),
        waiting: () => undefined,
        stop: Effect.sync(() => void stopped++),
      })
      yield* attacked({
        target: new URL(address).origin,
        reads: ["/", "/events"],
        writes: [["POST", "/stop"]],
      })
      assert.strictEqual(stopped, 0)
    }).pipe(Effect.scoped, Effect.provide(server)),
  )
})
