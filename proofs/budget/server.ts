/**
 * The strictest server: it accepts so many requests in any second, by the moment of their arrival, and answers after some time. It counts for the
 * process that started it.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import process from "node:process"
import { first } from "./priority.ts"
import { watch } from "./stalls.ts"

const [limit = 200, shortest = 30, longest = 30] = process.argv.slice(2).map(Number)

const accepted: Array<number> = []
let total = 0
let rejected = 0
/**
 * When this process last had to wait for the processor. What arrives meanwhile is counted at its end, all at once: rejections within a second say
 * nothing of those who sent.
 */
let stalledAt = Number.NEGATIVE_INFINITY
let blurred = 0
watch((_, now) => {
  stalledAt = now
})

const server = createServer((request, response) => {
  const now = performance.now()
  while (accepted.length > 0 && accepted[0]! <= now - 1000) accepted.shift()
  const isAccepted = accepted.length < limit
  if (isAccepted) {
    accepted.push(now)
    total++
  } else if (now - stalledAt < 1000) blurred++
  else rejected++
  request.resume()
  setTimeout(
    () => {
      // Accounts that are not there: a member asks again and again.
      response.writeHead(isAccepted ? 404 : 429, { "content-type": "application/json" }).end("{}")
    },
    shortest + Math.random() * (longest - shortest),
  )
})
server.keepAliveTimeout = 60_000
first()
server.listen(0, "0.0.0.0", () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on("message", () => process.send?.({ now: performance.now(), total, rejected, blurred }))
process.on("disconnect", () => process.exit())
