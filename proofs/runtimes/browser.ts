/** The program in a page, which finds key and server in a global of its own. */
import * as Effect from "effect/Effect"
import { accounts, program, type Server } from "./program.ts"

declare global {
  var run: (server: Server) => Promise<ReadonlyArray<string>>
}

globalThis.run = (server) => Effect.runPromise(Effect.provide(program("browser"), accounts(server)))
