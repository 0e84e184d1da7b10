/**
 * A server with a limit and a distance, for `pacing.ts`: `server.ts <window> <limit> <milliseconds there and back>
 * [phase]`. It is plain `node:http` and shares no code with the client that is measured, nor with its sandbox.
 *
 * `GET /count` answers with what it counted. The window of a fixed limit begins `phase` milliseconds before the first
 * request.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import process from "node:process"
import { setTimeout } from "node:timers/promises"

const [window, limitText, distanceText, phaseText = "0"] = process.argv.slice(2)
const limit = Number(limitText)
const distance = Number(distanceText)

type Limiter = (at: number) => boolean

const fixed = (phase: number): Limiter => {
  let current = -1
  let taken = 0
  return (at) => {
    const index = Math.floor((at + phase) / 1000)
    if (index !== current) {
      current = index
      taken = 0
    }
    return taken < limit && ++taken > 0
  }
}
const sliding = (): Limiter => {
  const times: Array<number> = []
  return (at) => {
    while (times[0] !== undefined && times[0] <= at - 1000) times.shift()
    return times.length < limit && times.push(at) > 0
  }
}
const tokenBucket = (): Limiter => {
  let tokens = limit
  let filledAt = 0
  return (at) => {
    tokens = Math.min(limit, tokens + ((at - filledAt) * limit) / 1000)
    filledAt = at
    return tokens >= 1 && --tokens >= 0
  }
}
const limiters: Record<string, () => Limiter> = {
  fixed: () => fixed(Number(phaseText)),
  sliding,
  "token-bucket": tokenBucket,
}
const makeLimiter = limiters[window ?? ""]
if (makeLimiter === undefined) throw new Error(`no window is called ${window}`)
const admits = makeLimiter()

const count = { accepted: 0, rejected: 0, milliseconds: 0 }
let firstAt: number | undefined

/** Half the way, and now and then a little longer: exponential with a mean of 5 ms, 20 ms at most. */
const oneWay = () => setTimeout(distance / 2 + Math.min(20, -5 * Math.log(1 - Math.random())))

const server = createServer(async (request, response) => {
  if (request.url === "/count") return void response.end(JSON.stringify(count))
  request.resume()
  await oneWay()
  firstAt ??= performance.now()
  const at = performance.now() - firstAt
  const accepted = admits(at)
  if (accepted) {
    count.accepted++
    count.milliseconds = at
  } else {
    count.rejected++
  }
  await oneWay()
  response.writeHead(accepted ? 201 : 429, {
    "content-type": "application/json",
    ...(accepted ? {} : { "retry-after": "1" }),
  })
  response.end("{}")
})
server.keepAliveTimeout = 60_000
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
})
