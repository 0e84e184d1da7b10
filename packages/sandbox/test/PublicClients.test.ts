import * as Store from "@effect-aptrinsic/sandbox/Store"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Answer, sandbox, send } from "./harness.ts"
import { publicClients, type Step } from "./publicClients.ts"

const valueAt = (json: unknown, path: string) =>
  path.split(".").reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], json)

const run = Effect.fnUntraced(function* (step: Step, before: Answer | undefined, apiKey: string | undefined) {
  const path = step.path.replace("{scrollId}", encodeURIComponent(String(valueAt(before?.json, "scrollId"))))
  const answer = yield* send(step.method, path, { body: step.body, ...(apiKey === undefined ? {} : { apiKey }) })
  assert.strictEqual(answer.status, step.status, `${step.method} ${path}: ${answer.text}`)
  for (const name of step.has ?? []) assert.isDefined(valueAt(answer.json, name), `${name} of ${step.method} ${path}`)
  return answer
})

describe("a public client finds what it asks for", () => {
  it.live.each(publicClients)("$name ($source)", ({ apiKey, steps }) =>
    Effect.gen(function* () {
      let before: Answer | undefined
      for (const step of steps) before = yield* run(step, before, apiKey)
    }).pipe(Effect.provide(sandbox({ store: Store.layerSeeded(3) }))),
  )
})
