/** The programs in a page, which are given key and server by who runs them. */
import type { Server } from "./accounts.ts"
import * as Effects from "./effect.ts"
import * as Promises from "./promises.ts"

declare global {
  var run: (server: Server) => Promise<{
    readonly effect: ReadonlyArray<string>
    readonly promises: ReadonlyArray<string>
  }>
}

globalThis.run = async (server) => ({
  effect: await Effects.run("browser", server),
  promises: await Promises.run("browser-promised", server),
})
