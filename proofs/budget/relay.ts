/**
 * A network between processes and a server: `relay.ts HOST PORT LONGEST LISTEN`. What passes waits for up to half of `LONGEST` milliseconds each way, another
 * time each time, and keeps its order.
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import process from "node:process"
import { first } from "./priority.ts"

const [host = "", port = "", longest = "0", listen = "0"] = process.argv.slice(2)

const pass = (from: Socket, to: Socket) => {
  let freeAt = 0
  from.on("data", (part) => {
    const now = performance.now()
    freeAt = Math.max(freeAt, now + (Math.random() * Number(longest)) / 2)
    if (longest === "0") to.write(part)
    else setTimeout(() => to.write(part), freeAt - now)
  })
  from.on("error", () => to.destroy())
  from.on("close", () => to.destroy())
}

const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ host, port: Number(port), noDelay: true })
  pass(near, far)
  pass(far, near)
})
first()
server.listen(Number(listen), "0.0.0.0", () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on("disconnect", () => process.exit())
