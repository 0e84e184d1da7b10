/**
 * The network between a worker and its database: a port on loopback that can be cut. `lost` lets nothing through and tells nobody, and tears what hung in
 * it at the end; `late` holds everything back and delivers it at the end, as TCP does; `reset` breaks every connection at once, and each new one.
 */
import { connect, createServer, type Socket } from "node:net"
import * as Effect from "effect/Effect"

export const cuts = ["lost", "late", "reset"] as const
export type Cut = (typeof cuts)[number]

export interface Cable {
  readonly port: number
  /** Cuts it for so many seconds; then new connections come through. */
  readonly cut: (how: Cut, seconds: number) => Effect.Effect<void>
}

/** A port behind which another one is, for the time of the scope. */
export const makeCable = (target: number) =>
  Effect.acquireRelease(
    Effect.callback<Cable & { readonly close: () => void }>((resume) => {
      const sockets = new Set<Socket>()
      let state: Cut | undefined
      const server = createServer((near) => {
        if (state === "reset") return void near.resetAndDestroy()
        const far = connect(target, "127.0.0.1")
        for (const [one, other] of [
          [near, far],
          [far, near],
        ] as const) {
          sockets.add(one)
          one.on("error", () => one.destroy())
          one.on("close", () => {
            sockets.delete(one)
            other.destroy()
          })
          one.on("data", (bytes) => {
            if (state !== "lost") other.write(bytes)
          })
          if (state === "late") one.pause()
        }
      })
      const each = (act: (socket: Socket) => void) => {
        for (const socket of sockets) act(socket)
      }
      const begin = (how: Cut) => {
        state = how
        if (how === "reset") each((socket) => socket.resetAndDestroy())
        if (how === "late") each((socket) => socket.pause())
      }
      const mend = (how: Cut) => {
        state = undefined
        if (how === "lost") each((socket) => socket.destroy())
        if (how === "late") each((socket) => socket.resume())
      }
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as { readonly port: number }
        const cut = (how: Cut, seconds: number) =>
          Effect.sync(() => begin(how)).pipe(
            Effect.andThen(Effect.sleep(seconds * 1000)),
            Effect.andThen(Effect.sync(() => mend(how))),
          )
        const close = () => {
          each((socket) => socket.destroy())
          server.close()
        }
        resume(Effect.succeed({ port, cut, close }))
      })
    }),
    ({ close }) => Effect.sync(close),
  )
