/**
 * A program that listens, prints its port and never accepts.
 */
import { writeSync } from "node:fs"
import { type AddressInfo, createServer } from "node:net"

const server = createServer()
server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
  writeSync(1, `${(server.address() as AddressInfo).port}\n`)
  // The thread that would accept never comes back to do so.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})
