/** A server that does nothing but answer 201, for `overhead.ts`. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

const body = '{"body":{},"statusCode":"CREATED","statusCodeValue":201}'
const headers = { "content-type": "application/json", "content-length": body.length }

const server = createServer((request, response) => {
  request.resume()
  request.on("end", () => {
    response.writeHead(201, headers)
    response.end(body)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
})
