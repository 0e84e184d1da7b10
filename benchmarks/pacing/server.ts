/**
 * A server with a limit and a distance, for `pacing.ts`: `server.ts <plan as JSON>`. It is plain `node:http` and shares no code with the
 * client that is measured, nor with its sandbox.
 *
 * `GET /count` answers with what it counted.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import process from "node:process"
import { setTimeout } from "node:timers/promises"

export interface Plan {
  readonly window: "fixed" | "sliding" | "token-bucket"
  readonly limit: number
  /** Milliseconds there and back. */
  readonly distance: number
  /** Milliseconds by which each way is longer now and then: the mean of an exponential distribution, cut at four times as much. */
  readonly jitter?: number
  /** After it has counted a request the server takes 5 to 800 ms, 60 in the median, log-normal. */
  readonly isSlow?: boolean
  /** The window of a fixed limit begins so many milliseconds before the first request. */
  readonly phase?: number
  /** Rejected requests count too. */
  readonly countsAll?: boolean
  /** From one second to another the limit is a lower one. */
  readonly low?: { readonly from: number; readonly to: number; readonly limit: number }
  /** From a second on so many requests in a row are rejected, whatever the limit. */
  readonly burst?: { readonly from: number; readonly requests: number }
}

export interface Count {
  /** Requests accepted in each second since the first one. */
  readonly accepted: ReadonlyArray<number>
  /** Rejections of each key. */
  readonly rejected: Readonly<Record<string, number>>
}

const plan: Plan = JSON.parse(process.argv[2] ?? "{}")

const limitAt = (at: number) =>
  plan.low !== undefined && at >= plan.low.from * 1000 && at < plan.low.to * 1000 ? plan.low.limit : plan.limit

/** Decides on a request, in milliseconds since the first one. */
type Limiter = (at: number) => boolean

const fixed = (): Limiter => {
  let current = -1
  let taken = 0
  return (at) => {
    const index = Math.floor((at + (plan.phase ?? 0)) / 1000)
    if (index !== current) {
      current = index
      taken = 0
    }
    const fits = taken < limitAt(at)
    if (fits || plan.countsAll === true) taken++
    return fits
  }
}
const sliding = (): Limiter => {
  const times: Array<number> = []
  return (at) => {
    while (times[0] !== undefined && times[0] <= at - 1000) times.shift()
    const fits = times.length < limitAt(at)
    if (fits || plan.countsAll === true) times.push(at)
    return fits
  }
}
const tokenBucket = (): Limiter => {
  let tokens = plan.limit
  let filledAt = 0
  return (at) => {
    tokens = Math.min(plan.limit, tokens + ((at - filledAt) * limitAt(at)) / 1000)
    filledAt = at
    return tokens >= 1 && --tokens >= 0
  }
}
const admits = { fixed, sliding, "token-bucket": tokenBucket }[plan.window]()

let burst = plan.burst?.requests ?? 0
const isInBurst = (at: number) => plan.burst !== undefined && at >= plan.burst.from * 1000 && burst > 0 && burst-- > 0

const exponential = (mean: number) => Math.min(4 * mean, -mean * Math.log(1 - Math.random()))
const oneWay = () => setTimeout(plan.distance / 2 + exponential(plan.jitter ?? 1))
const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
const work = () => Math.min(800, Math.max(5, 60 * Math.exp(0.85 * normal())))

const accepted: Array<number> = []
const rejected: Record<string, number> = {}
let firstAt: number | undefined

const server = createServer(async (request, response) => {
  if (request.url === "/count") return void response.end(JSON.stringify({ accepted, rejected }))
  request.resume()
  await oneWay()
  firstAt ??= performance.now()
  const at = performance.now() - firstAt
  const isAccepted = !isInBurst(at) && admits(at)
  if (isAccepted) {
    const second = Math.floor(at / 1000)
    while (accepted.length <= second) accepted.push(0)
    accepted[second] = (accepted[second] ?? 0) + 1
    if (plan.isSlow === true) await setTimeout(work())
  } else {
    const key = String(request.headers["x-aptrinsic-api-key"])
    rejected[key] = (rejected[key] ?? 0) + 1
  }
  await oneWay()
  response.writeHead(isAccepted ? 201 : 429, {
    "content-type": "application/json",
    ...(isAccepted ? {} : { "retry-after": "1" }),
  })
  response.end("{}")
})
server.keepAliveTimeout = 60_000
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
})
