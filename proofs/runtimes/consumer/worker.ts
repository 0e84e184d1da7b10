/** A worker whose runtime stands at module scope, as one that serves many requests has it. */
import * as ManagedRuntime from "effect/ManagedRuntime"
import type { Server } from "./accounts.ts"
import { accounts, create, program } from "./effect.ts"
import * as Promises from "./promises.ts"

const makeRuntime = (server: Server) => ManagedRuntime.make(accounts(server))

let runtime: ReturnType<typeof makeRuntime> | undefined

export default {
  fetch: async (request: Request, server: Server): Promise<Response> => {
    runtime ??= makeRuntime(server)
    const id = new URL(request.url).pathname.slice(1)
    if (id === "promises") return Response.json(await Promises.run("worker-promised", server))
    return Response.json(
      await (id === "effect" ? runtime.runPromise(program("worker")) : runtime.runPromise(create(id))),
    )
  },
}
