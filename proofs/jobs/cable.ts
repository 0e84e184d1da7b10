/**
 * The network between a worker and its database: a port on loopback that can be cut, so that nothing comes through and nobody is told.
 */
import { connect, createServer, type Socket } from "node:net"
import * as Effect from "effect/Effect"

export interface Cable {
  readonly port: number
  /** Cuts it for so many seconds; then what hangs in it is torn, and new connections come through. */
  readonly cut: (seconds: number) => Effect.Effect<void>
}

/** A port behind which another one is, for the time of the scope. */
export const makeCable = (target: number) =>
  Effect.acquireRelease(
    Effect.callback<Cable & { readonly close: () => void }>((resume) => {
      const sockets = new Set<Socket>()
      let isCut = false
      const server = createServer((near) => {
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
            if (!isCut) other.write(bytes)
          })
        }
      })
      const tear = () => {
        for (const socket of sockets) socket.destroy()
      }
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as { readonly port: number }
        const cut = (seconds: number) =>
          Effect.sync(() => {
            isCut = true
          }).pipe(
            Effect.andThen(Effect.sleep(seconds * 1000)),
            Effect.andThen(
              Effect.sync(() => {
                isCut = false
                tear()
              }),
            ),
          )
        const close = () => {
          tear()
          server.close()
        }
        resume(Effect.succeed({ port, cut, close }))
      })
    }),
    ({ close }) => Effect.sync(close),
  )
