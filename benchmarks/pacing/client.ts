/**
 * Creates accounts as fast as it is allowed to, one way or another, until it is stopped: `client.ts <name> <url> <limit> <key>`. The peers send
 * with `fetch`, wait as long as a 429 asks for, and go before the others then.
 */
import process from "node:process"
import { setTimeout } from "node:timers/promises"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as NodeRuntime from "@effect-aptrinsic/runtime/node"
import Bottleneck from "bottleneck"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import PQueue from "p-queue"

const [name, url = "", limitText, apiKey = ""] = process.argv.slice(2)
const limit = Number(limitText)

let made = 0
const nextInput = () => ({ id: `account-${apiKey}-${made++}`, name: "Acme Inc", propertyKeys: ["AP-1-2"] })

type Input = ReturnType<typeof nextInput>
type Schedule = (task: () => Promise<boolean>, first: boolean) => Promise<boolean | void>

const post = async (input: Input): Promise<boolean> => {
  const response = await fetch(`${url}/v1/accounts`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-aptrinsic-api-key": apiKey },
    body: JSON.stringify(input),
  })
  await response.text()
  if (response.status !== 429) return true
  await setTimeout(Number(response.headers.get("retry-after")) * 1000)
  return false
}

/** As many accounts at once as the window and the slowest answers ask for. */
const concurrency = 400

const sendAll = (schedule: Schedule) =>
  Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (true) {
        const input = nextInput()
        let created = await schedule(() => post(input), false)
        while (created !== true) created = await schedule(() => post(input), true)
      }
    }),
  )

const queue = (options: ConstructorParameters<typeof PQueue>[0]) => {
  const tasks = new PQueue(options)
  return sendAll((task, first) => tasks.add(task, { priority: first ? 1 : 0 }))
}

const clients: Record<string, () => Promise<unknown>> = {
  aptrinsic: () =>
    Effect.all(
      Array.from({ length: concurrency }, () =>
        Effect.forever(Effect.suspend(() => Accounts.createAccount(nextInput()))),
      ),
      { concurrency: "unbounded", discard: true },
    ).pipe(
      Effect.provide(
        Accounts.layer({ apiKey: Redacted.make(apiKey), baseUrl: url, requestsPerSecond: limit }).pipe(
          Layer.provide(NodeRuntime.layerHttpClient({ connections: 200 })),
        ),
      ),
      Effect.runPromise,
    ),
  "p-queue-second": () => queue({ interval: 1000, intervalCap: limit, strict: true }),
  "p-queue-even": () => queue({ interval: 1000 / limit, intervalCap: 1 }),
  bottleneck: () => {
    const limiter = new Bottleneck({ minTime: 1000 / limit })
    return sendAll((task, first) => limiter.schedule({ priority: first ? 1 : 5 }, task))
  },
}

const client = clients[name ?? ""]
if (client === undefined) throw new Error(`no client is called ${name}`)
console.log(JSON.stringify("started"))
await client()
