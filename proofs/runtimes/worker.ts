/** A worker whose runtime stands at module scope, as one that serves many requests has it. */
import * as ManagedRuntime from "effect/ManagedRuntime"
import { accounts, create, program, type Server } from "./program.ts"

const makeRuntime = (server: Server) => ManagedRuntime.make(accounts(server))

let runtime: ReturnType<typeof makeRuntime> | undefined

export default {
  fetch: async (request: Request, server: Server): Promise<Response> => {
    runtime ??= makeRuntime(server)
    const id = new URL(request.url).pathname.slice(1)
    return Response.json(
      await (id === "program" ? runtime.runPromise(program("worker")) : runtime.runPromise(create(id))),
    )
  },
}
