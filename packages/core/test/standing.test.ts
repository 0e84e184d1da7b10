import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import type { AccountsEvent } from "../src/AccountsEvent.ts"
import { makeStandings } from "../src/internal/shared/standing.ts"
import { operations } from "../src/Outcome.ts"

/** The events of requests and their answers, such as `POST 503`; `POST` alone was not answered. */
const eventsOf = (requests: string): ReadonlyArray<AccountsEvent> =>
  requests.split(", ").flatMap((each) => {
    const [method, answer] = each.split(" ")
    const operation = Object.values(operations).find((one) => one.method === method)!
    const request = { accountId: "acme", request: operation.method, kind: operation.kind }
    const sending = { ...request, _tag: "Sending", waited: Duration.zero } as const
    if (answer === undefined) return [sending]
    const outcome = operation.kind === "write" ? operation.classify(Number(answer)).outcome : undefined
    return [sending, { ...request, _tag: "Answered", answer, took: Duration.zero, outcome }]
  })

describe("the standing of a write that is cut off", () => {
  it.each([
    ["POST", "in doubt"],
    ["POST 201", "done"],
    ["PUT 204", "done"],
    ["POST 429", "not done"],
    ["POST 400", "not done"],
    ["POST 503", "in doubt"],
    ["GET 200", "not done"],
    ["POST 503, GET 404, GET 404, POST 429", "not done"],
    ["POST 503, GET 404, GET 404, POST 400", "in doubt"],
    ["POST 503, GET 404, GET 404, POST 201", "done"],
    ["PUT 400", "not done"],
    ["PUT 503, GET 200, PUT 429", "in doubt"],
    ["PUT 503, GET 200, PUT 400", "in doubt"],
    ["PUT 503, GET 200, PUT 204", "done"],
  ])("after %s is %s", (requests, expected) => {
    const standings = makeStandings()
    for (const event of eventsOf(requests)) standings.note(event)
    assert.strictEqual(standings.now(), expected)
  })

  it.each([
    ["GET 404", "in doubt"],
    ["POST 429", "not done"],
    ["POST 400", "in doubt"],
    ["PUT 429", "in doubt"],
    ["PUT 204", "done"],
  ])("that somebody may have sent before, after %s is %s", (requests, expected) => {
    const standings = makeStandings(true)
    for (const event of eventsOf(requests)) standings.note(event)
    assert.strictEqual(standings.now(), expected)
  })
})
