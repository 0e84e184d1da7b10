/**
 * A sandbox whose page a test visits, and requests to it as its users send them.
 */
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Page, type Screen, visit } from "./browser.ts"

export type Running = Sandbox.Sandbox["Service"]

const headers = { "content-type": "application/json", "x-aptrinsic-api-key": "sandbox-key" }

/** Sends a create, and gives its status. */
export const create = async (url: string, account: Readonly<Record<string, unknown>>): Promise<number> => {
  const body = JSON.stringify({ name: "Acme", propertyKeys: ["AP-XXXXXXXXXX-2"], ...account })
  const response = await fetch(`${url}/v1/accounts`, { method: "POST", headers, body })
  await response.text()
  return response.status
}

/** Asks for an account, and gives the status; 0 where no answer came. */
export const get = (url: string, id: string): Promise<number> =>
  fetch(`${url}/v1/accounts/${encodeURIComponent(id)}`, { headers }).then(
    async (response) => {
      await response.text()
      return response.status
    },
    () => 0,
  )

/** What an effect of the sandbox gives right now. */
export const now = <A>(effect: Effect.Effect<A, unknown>): Promise<A> => Effect.runPromise(effect)

/** Opens the page of a sandbox of its own, once it is live. */
export const visitSandbox = (
  { port, ...options }: Sandbox.Options & { readonly port?: number },
  screen: Screen,
  act: (page: Page, sandbox: Running) => Promise<unknown>,
): Effect.Effect<void, unknown> =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    yield* visit(sandbox.url, screen, async (page) => {
      await page.locator(".connection", { hasText: /^live$/u }).waitFor()
      await act(page, sandbox)
    })
  }).pipe(Effect.provide(Layer.provide(Sandbox.layer(options), layerHttpServer({ port: port ?? 0 }))))
