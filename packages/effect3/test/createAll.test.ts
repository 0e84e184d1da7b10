import * as Chunk from "effect/Chunk"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { assert, describe, it } from "vitest"
import type { NewAccountInput } from "../src/Account.ts"
import { Accounts, AccountsEvent } from "../src/index.ts"
import { account, over } from "./server.ts"

const accounts = (count: number) => Array.from({ length: count }, (_, index) => ({ ...account, id: `a${index}` }))

const created = () => new Response("", { status: 201 })

const run = <A, E>(effect: Effect.Effect<A, E, never>) => Effect.runPromise(effect)

/** What a stream gave before it ended, and what it failed with. */
const collect = <A, E, R>(stream: Stream.Stream<A, E, R>) =>
  Effect.gen(function* () {
    const given: Array<A> = []
    const end = yield* Effect.either(Stream.runForEach(stream, (each) => Effect.sync(() => given.push(each))))
    return { given, error: Either.isLeft(end) ? end.left : undefined }
  })

const refused = Effect.gen(function* () {
  const { client } = over(() => new Response("", { status: 401 }))
  return yield* Effect.flip(Effect.provide(Accounts.createAccount(account), client({})))
})

/** A service whose creates wait until they are let go, but for one that is refused at once. */
const held = Effect.gen(function* () {
  const go = yield* Deferred.make<void>()
  const error = yield* refused
  const called: Array<string> = []
  const told = { reconciled: false, existed: false, evidence: "answer", differences: [], attempts: 1 } as const
  const layer = Accounts.layerTest({
    createAccount: ({ id }) =>
      Effect.suspend(() => {
        called.push(id)
        if (id === "refused") return Effect.fail(error)
        return Effect.as(Deferred.await(go), { ...told, account, waited: Duration.zero, elapsed: Duration.zero })
      }),
  })
  return { called, go, layer }
})

describe("createAll", () => {
  it("gives each account back as the stream gave it, with what its create came to", async () => {
    const { client } = over(created)
    const row = { ...account, id: "fine", source: "crm" as const }
    const results = Stream.make({ ...account, name: "" }, account).pipe(Accounts.createAll(), Stream.runCollect)
    const told = Array.from(await run(Effect.provide(results, client({}))), ({ account: { name }, result }) =>
      Either.match(result, {
        onLeft: ({ reason }) => `${name}: ${reason._tag}`,
        onRight: ({ evidence }) => `${name}: created, known by ${evidence}`,
      }),
    )
    assert.sameMembers(told, [": InvalidAccount", "Acme Inc: created, known by answer"])
    const typed: Stream.Stream<"crm", unknown, Accounts.Accounts> = Stream.map(
      Accounts.createAll(Stream.make(row)),
      ({ account: { source } }) => source,
    )
    assert.isDefined(typed)
  })

  it("sends accounts of one id one after the other", async () => {
    const { client } = over(created)
    const events: Array<string> = []
    const note = ({ _tag }: AccountsEvent.AccountsEvent) => Effect.sync(() => void events.push(_tag))
    const stream = Accounts.createAll(Stream.make(account, account, account))
    await run(Effect.provide(AccountsEvent.observe(Stream.runDrain(stream), note), client({})))
    const one = ["Queued", "Sending", "Answered"]
    assert.deepStrictEqual<ReadonlyArray<string>>(events, [...one, ...one, ...one])
  })

  it.each([
    { options: undefined, most: 50 },
    { options: { concurrency: 3 }, most: 3 },
  ])("sends $most at once", async ({ most, options }) => {
    const program = Effect.gen(function* () {
      const { called, go, layer } = yield* held
      const stream = Accounts.createAll(Stream.fromIterable(accounts(60)), options)
      const fiber = yield* Effect.fork(Effect.provide(Stream.runCollect(stream), layer))
      yield* Effect.repeat(Effect.yieldNow(), { until: () => called.length === most })
      yield* Effect.repeatN(Effect.yieldNow(), 100)
      const before = called.length
      yield* Deferred.succeed(go, undefined)
      return [before, Chunk.size(yield* Fiber.join(fiber))]
    })
    assert.deepStrictEqual(await run(program), [most, 60])
  })

  it("takes no more accounts when every other one would meet the same, and fails with that error", async () => {
    const { client, requests } = over(() => new Response("", { status: 401 }))
    let taken = 0
    const rows = Stream.fromIterable(accounts(100)).pipe(Stream.tap(() => Effect.sync(() => taken++)))
    const { error, given } = await run(
      Effect.provide(collect(Accounts.createAll(rows, { concurrency: 2 })), client({})),
    )
    assert.strictEqual(error?.reason._tag, "Unauthorized")
    assert.lengthOf(given, requests.length)
    assert.isAtMost(taken, 6)
  })

  it("lets the accounts in flight come to their end before it fails, and sends none that waits", async () => {
    const program = Effect.gen(function* () {
      const { called, go, layer } = yield* held
      const rows = Stream.map(Stream.make("a", "a", "b", "refused", "c"), (id) => ({ ...account, id }))
      const fiber = yield* Effect.fork(Effect.provide(collect(Accounts.createAll(rows)), layer))
      yield* Effect.repeat(Effect.yieldNow(), { until: () => called.includes("refused") })
      yield* Deferred.succeed(go, undefined)
      const { error, given } = yield* Fiber.join(fiber)
      return [
        called.slice(0, 3),
        given.map(({ account: { id }, result }) => `${id} ${result._tag}`),
        error?.reason._tag,
      ]
    })
    const [called, given, error] = await run(program)
    assert.deepStrictEqual(called, ["a", "b", "refused"])
    assert.sameMembers(given as Array<string>, ["refused Left", "a Right", "b Right"])
    assert.strictEqual(error, "Unauthorized")
  })

  it("waits for no account that may still come once it has failed", async () => {
    const { client } = over(() => new Response("", { status: 401 }))
    const rows = Stream.concat(Stream.make(account), Stream.never)
    const { error, given } = await run(Effect.provide(collect(Accounts.createAll(rows)), client({})))
    assert.deepStrictEqual([error?.reason._tag, given.length], ["Unauthorized", 1])
  })

  it("lets the accounts in flight come to their end when the stream of accounts breaks off", async () => {
    const program = Effect.gen(function* () {
      const { called, go, layer } = yield* held
      const rows = Stream.concat(Stream.fromIterable(accounts(2)), Stream.fail("the database is gone" as const))
      const fiber = yield* Effect.fork(Effect.provide(collect(Accounts.createAll(rows)), layer))
      yield* Effect.repeat(Effect.yieldNow(), { until: () => called.length === 2 })
      yield* Deferred.succeed(go, undefined)
      const { error, given } = yield* Fiber.join(fiber)
      return [error, given.map(({ result }) => result._tag)]
    })
    assert.deepStrictEqual(await run(program), ["the database is gone", ["Right", "Right"]])
  })

  it("refuses a concurrency that is not a count, and takes no account", async () => {
    const { client, requests } = over(created)
    for (const concurrency of [0, 1.5, Number.NaN]) {
      const stream = Accounts.createAll(Stream.make<[NewAccountInput]>(account), { concurrency })
      const { error, given } = await run(Effect.provide(collect(stream), client({})))
      assert.strictEqual(error?.message, "The options are not valid: concurrency must be a whole number of at least 1.")
      assert.lengthOf(given, 0)
    }
    assert.lengthOf(requests, 0)
  })
})
