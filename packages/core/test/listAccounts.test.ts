import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as AccountsEvent from "../src/AccountsEvent.ts"
import * as AccountsList from "../src/AccountsList.ts"
import { makeSeen } from "../src/internal/seen.ts"
import type { Options } from "../src/Options.ts"
import { fault, make, status, type Step } from "./scriptedServer.ts"

/** A page with these accounts. */
const page = (
  ids: string,
  rest: { readonly scrollId?: string | null; readonly totalHits?: number } = { scrollId: "s" },
) => status(200, { accounts: [...ids].map((id) => ({ id })), ...rest })

const total = (totalHits: number) => ({ scrollId: "s", totalHits })

/** Lists against a script by pages of two, an hour of virtual time long. */
const list = Effect.fnUntraced(function* (
  steps: ReadonlyArray<Step>,
  listOptions: AccountsList.ListOptions = { pageSize: 2 },
  options: Partial<Options> = {},
) {
  const server = make(steps)
  const accounts = yield* Layer.build(server.layer(options))
  const pages: Array<AccountsList.ListPage> = []
  const events: Array<AccountsEvent.AccountsEvent> = []
  const fiber = yield* AccountsList.pages(listOptions).pipe(
    Stream.runForEach((each) => Effect.sync(() => void pages.push(each))),
    AccountsEvent.observe((event) => Effect.sync(() => void events.push(event))),
    Effect.provide(accounts),
    Effect.result,
    Effect.forkChild,
  )
  yield* TestClock.adjust("1 hour")
  const result = yield* Fiber.join(fiber)
  return {
    ...server,
    events,
    pages,
    ids: pages.map((each) => each.accounts.map(({ id }) => id).join("")).join(" "),
    queries: server.requests.map(({ url }) => new URL(url).search),
    error: result._tag === "Failure" ? result.failure : undefined,
  }
})

describe("a list", () => {
  it.effect("reads page after page, each for the scroll of the one before, to a short one", () =>
    Effect.gen(function* () {
      const ran = yield* list([
        page("ab", { scrollId: "a/b&c", totalHits: 5 }),
        page("cd", total(5)),
        page("e", { scrollId: "never null", totalHits: 5 }),
      ])
      assert.isUndefined(ran.error)
      assert.strictEqual(ran.ids, "ab cd e")
      assert.deepStrictEqual(ran.queries, ["?pageSize=2", "?pageSize=2&scrollId=a%2Fb%26c", "?pageSize=2&scrollId=s"])
      assert.deepStrictEqual(
        ran.pages.map((each) => [each.total, each.restarts]),
        [5, 5, 5].map((count) => [count, 0]),
      )
      assert.deepInclude(ran.events[0], { accountId: "", request: "GET", kind: "read" })
    }),
  )

  it.effect("asks for a thousand with a filter as it is given, and for every account without one", () =>
    Effect.gen(function* () {
      const { queries } = yield* list([page("a", {})], { filter: "plan==pro;name~Ä & Co" })
      assert.deepStrictEqual(queries, ["?filter=plan%3D%3Dpro%3Bname~%C3%84%20%26%20Co&pageSize=1000"])
      assert.deepStrictEqual((yield* list([page("a", {})], { filter: "" })).queries, ["?pageSize=1000"])
    }),
  )

  it.effect("ends with an empty page after full ones, and without a scroll, and tells a total of none", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* list([page("ab"), page("cd"), page("")])).ids, "ab cd")
      assert.strictEqual((yield* list([page("ab", { scrollId: null, totalHits: 2 })])).ids, "ab")
      const none = yield* list([page("", total(0))])
      assert.deepStrictEqual(none.pages, [{ accounts: [], total: 0, restarts: 0 }])
    }),
  )

  it.effect("goes on after a page that is short of what was asked for while PX counts more", () =>
    Effect.gen(function* () {
      const ran = yield* list([page("ab", total(4)), page("cd", total(4))], { pageSize: 1000 })
      assert.strictEqual(ran.ids, "ab cd")
      assert.lengthOf(ran.requests, 2)
    }),
  )

  it.effect("takes a page again whose answer is lost, waits and pauses as every call does", () =>
    Effect.gen(function* () {
      const ran = yield* list([
        status(503),
        page("ab", total(3)),
        status(429),
        fault("ECONNREFUSED"),
        page("c", total(3)),
      ])
      assert.strictEqual(ran.ids, "ab c")
      assert.lengthOf(ran.requests, 5)
      assert.deepInclude(
        ran.events.map(({ _tag }) => _tag),
        "Pausing",
      )
    }),
  )

  it.effect("reads a body of more than a megabyte", () =>
    Effect.gen(function* () {
      const accounts = Array.from({ length: 2 }, (_, index) => ({ id: `${index}`, csm: "x".repeat(700_000) }))
      const ran = yield* list([status(200, { accounts })], { pageSize: 1000 })
      assert.strictEqual(ran.ids, "01")
    }),
  )

  it.effect("asks for no page before the one before it was taken", () =>
    Effect.gen(function* () {
      const server = make([page("ab", total(6)), page("cd", total(6)), page("ef", total(6))])
      const accounts = yield* Layer.build(server.layer())
      const first = AccountsList.listAccounts({ pageSize: 2 }).pipe(Stream.take(2), Stream.runCollect)
      const ids = yield* Effect.provide(first, accounts)
      assert.deepStrictEqual(
        ids.map(({ id }) => id),
        ["a", "b"],
      )
      assert.lengthOf(server.requests, 1)
    }),
  )

  it.effect("begins anew when its scroll is gone, and shows no account twice", () =>
    Effect.gen(function* () {
      for (const gone of [status(404), status(400), status(410), status(500)]) {
        const ran = yield* list(
          [
            page("ab", total(5)),
            page("cd", total(5)),
            gone,
            page("ba", total(5)),
            page("dc", total(5)),
            page("e", total(5)),
          ],
          { pageSize: 2 },
          { maxAttempts: 1 },
        )
        assert.isUndefined(ran.error)
        assert.strictEqual(ran.ids, "ab cd e")
        assert.deepStrictEqual(
          ran.pages.map(({ restarts }) => restarts),
          [0, 0, 1],
        )
        assert.strictEqual(ran.queries[3], "?pageSize=2")
      }
    }),
  )

  it.effect("begins anew when a page was skipped after a lost answer, with a total and without one", () =>
    Effect.gen(function* () {
      const counted = yield* list(
        // The scroll went on to `e` though the answer with `cd` was lost.
        [
          page("ab", total(5)),
          "never",
          page("e", total(5)),
          page("ab", total(5)),
          page("cd", total(5)),
          page("e", total(5)),
        ],
      )
      assert.strictEqual(counted.ids, "ab e cd")
      assert.isUndefined(counted.error)
      for (const none of [undefined, total(0)]) {
        const [ab, cd, e] = [page("ab", none), page("cd", none), page("e", none)]
        const uncounted = yield* list([ab, fault("ECONNRESET"), e, ab, cd, e])
        assert.strictEqual(uncounted.ids, "ab e cd")
        assert.isUndefined(uncounted.error)
      }
    }),
  )

  it.effect.each<readonly [what: string, answer: Step, requests: number]>([
    ["goes on when the request for a next page is refused by the rate", status(429), 3],
    ["goes on when the request for a next page does not leave", fault("ECONNREFUSED"), 3],
    ["begins anew when the answer with a next page is lost", status(503), 5],
  ])("%s, where PX does not count", ([, answer, requests]) =>
    Effect.gen(function* () {
      const rest = [page("ab"), page("c")]
      const ran = yield* list([page("ab"), answer, page("c"), ...rest])
      assert.isUndefined(ran.error)
      assert.strictEqual(ran.ids, "ab c")
      assert.lengthOf(ran.requests, requests)
      // The first page opens a scroll of its own each time.
      assert.lengthOf((yield* list([answer, ...rest])).requests, 3)
    }),
  )

  it.effect("gives up after the fourth new beginning, though each brought more", () =>
    Effect.gen(function* () {
      const passes = ["ab", "bc", "cd", "de", "ef", "fg"].flatMap((ids) => [page(ids, total(99)), status(404)])
      const { error, ids, pages } = yield* list(passes)
      assert(error?.reason._tag === "ListIncomplete")
      assert.deepInclude(error.reason, { listed: 6, total: 99, detail: "status 404" })
      assert.strictEqual(ids, "ab c d e f")
      assert.deepStrictEqual(
        pages.map(({ restarts }) => restarts),
        [0, 1, 2, 3, 4],
      )
    }),
  )

  it.effect("shows an account once that moves on to a later page meanwhile", () =>
    Effect.gen(function* () {
      const ran = yield* list([page("ab", total(3)), page("bc", total(4)), page("", total(4))])
      assert.strictEqual(ran.ids, "ab c")
      assert.isUndefined(ran.error)
      assert.lengthOf(ran.requests, 3)
    }),
  )

  it.effect("begins anew when new accounts could stand for those of a page that was lost", () =>
    Effect.gen(function* () {
      const moved = [page("ab", total(4)), status(503), page("ef", total(6)), page("", total(6))]
      const whole = [page("ab", total(6)), page("cd", total(6)), page("ef", total(6)), page("", total(6))]
      const ran = yield* list([...moved, ...whole])
      assert.isUndefined(ran.error)
      assert.strictEqual(ran.ids, "ab ef cd")
      assert.lengthOf(ran.requests, 8)
    }),
  )

  it.effect("begins anew when accounts that are gone could stand for those of a page that was lost", () =>
    Effect.gen(function* () {
      const moved = [page("ab", total(5)), status(503), page("e", total(3))]
      const ran = yield* list([...moved, page("cd", total(3)), page("e", total(3))])
      assert.isUndefined(ran.error)
      assert.strictEqual(ran.ids, "ab e cd")
    }),
  )

  it.effect("goes on after a short page of its second beginning, however many that are gone it saw in its first", () =>
    Effect.gen(function* () {
      const broken = [page("abcd", total(10)), page("efgh", total(10)), status(404)]
      const ran = yield* list([...broken, page("abcd", total(7)), page("hij", total(7))], { pageSize: 1000 })
      assert.isUndefined(ran.error)
      assert.strictEqual(ran.ids, "abcd efgh ij")
      assert.lengthOf(ran.requests, 5)
    }),
  )

  it.effect("says what is missing when PX counts more than it shows, with all that it shows", () =>
    Effect.gen(function* () {
      const ran = yield* list([
        page("ab", total(9)),
        page("c", total(9)),
        page("", total(9)),
        page("ab", total(9)),
        page(""),
      ])
      assert.strictEqual(ran.ids, "ab c")
      assert(ran.error?.reason._tag === "ListIncomplete")
      assert.deepInclude(ran.error, { operation: "list", isRetryable: true })
      assert.isUndefined(ran.error.accountId)
      assert.isUndefined(ran.error.outcome)
      assert.strictEqual(ran.error.message, "The list ended after 3 of 9 accounts: PX counts more than it shows.")
    }),
  )

  it.effect("ends when the pages of a server repeat, and when its scroll never lives to the end", () =>
    Effect.gen(function* () {
      const repeating = yield* list(Array.from({ length: 99 }, () => page("ab", total(9))))
      assert(repeating.error?.reason._tag === "ListIncomplete")
      assert.strictEqual(repeating.error.reason.detail, "its pages repeat")
      assert.isBelow(repeating.requests.length, 12)
      const broken = yield* list(Array.from({ length: 99 }, (_, index) => (index % 2 === 0 ? page("ab") : status(404))))
      assert(broken.error?.reason._tag === "ListIncomplete")
      assert.deepInclude(broken.error.reason, { listed: 2, detail: "status 404" })
      assert.isFalse("total" in broken.error.reason)
    }),
  )

  it.effect.each([
    [status(400, { message: "no such field" }), "RequestRefused"],
    [status(401), "Unauthorized"],
    [status(403), "Forbidden"],
    [status(404), "RequestRefused"],
    [status(308), "Redirected"],
    [status(503), "Unavailable"],
    [fault("ENOTFOUND"), "Unreachable"],
    [status(200, "<html>"), "Unavailable"],
    [status(200, { users: [] }), "Unavailable"],
  ] as const)("ends when its first page ends so: %s", ([answer, reason]) =>
    Effect.gen(function* () {
      const { error, pages, requests } = yield* list(Array.from({ length: 9 }, () => answer))
      assert.strictEqual(error?.reason._tag, reason)
      assert.lengthOf(pages, 0)
      assert.isAtMost(requests.length, 5)
    }),
  )

  it.effect("ends with the refusal of the key in the middle, and with what came before", () =>
    Effect.gen(function* () {
      const { error, ids } = yield* list([page("ab", total(4)), status(401)])
      assert.strictEqual(error?.reason._tag, "Unauthorized")
      assert.strictEqual(ids, "ab")
    }),
  )

  it.effect("names the account and its field that are not of the contract's kind", () =>
    Effect.gen(function* () {
      const { error } = yield* list(
        [status(200, { accounts: [{ id: "a" }, { id: "b", name: 7 }] })],
        {},
        { maxAttempts: 1 },
      )
      assert.deepInclude(error?.reason, {
        _tag: "Unavailable",
        detail: "status 200 with an account whose name is not of its type, the 2. of its page",
      })
    }),
  )

  it.effect("names no attribute of an account, whose name anybody may have given", () =>
    Effect.gen(function* () {
      const body = '{"accounts":[{"id":"a","customAttributes":{"\\u001b[31mkey-of-the-test":1e999}}]}'
      const { error } = yield* list([status(200, body)], {}, { maxAttempts: 1 })
      assert.deepInclude(error?.reason, {
        detail: "status 200 with an account whose customAttributes is not of its type, the 1. of its page",
      })
    }),
  )

  it.effect("begins anew for a scroll that no URL can carry, and refuses a filter that none can", () =>
    Effect.gen(function* () {
      const pages = [page("ab", { scrollId: "\ud800" }), status(404), page("ab"), page("c")]
      const ran = yield* list(pages)
      assert.isUndefined(ran.error)
      assert.strictEqual(ran.ids, "ab c")
      const { error, requests } = yield* list([], { filter: "name==\ud800" })
      assert.strictEqual(error?.reason._tag, "InvalidOptions")
      assert.lengthOf(requests, 0)
    }),
  )

  it.effect("refuses options that do not work, all at once, and sends nothing", () =>
    Effect.gen(function* () {
      for (const pageSize of [0, 1001, 2.5, Number.NaN, "25" as unknown as number]) {
        const { error, requests } = yield* list([], { pageSize, filter: 7 as unknown as string })
        assert(error?.reason._tag === "InvalidOptions")
        assert.deepStrictEqual(
          error.reason.issues.map(({ path }) => path),
          ["filter", "pageSize"],
        )
        assert.lengthOf(requests, 0)
      }
      const { error, requests } = yield* list([], 7 as AccountsList.ListOptions)
      assert.strictEqual(error?.reason._tag, "InvalidOptions")
      assert.lengthOf(requests, 0)
    }),
  )
})

describe("a count", () => {
  const count = (step: Step) =>
    Effect.gen(function* () {
      const server = make([step])
      const accounts = yield* Layer.build(server.layer({ maxAttempts: 1 }))
      const counted = yield* AccountsList.count({ filter: "plan==pro" }).pipe(Effect.provide(accounts), Effect.result)
      assert.strictEqual(new URL(server.requests[0]!.url).search, "?filter=plan%3D%3Dpro&pageSize=1")
      return counted
    })

  it.effect("names no account in what is logged during it", () =>
    Effect.gen(function* () {
      const annotations: Array<unknown> = []
      const logger = Logger.make((entry) => void annotations.push(entry.fiber.getRef(References.CurrentLogAnnotations)))
      const { layer } = make([status(200, { accounts: [], totalHits: 0 })])
      yield* AccountsList.count().pipe(
        AccountsEvent.observe((event) => Effect.logInfo(event._tag)),
        Effect.provide([layer(), Logger.layer([logger])]),
      )
      assert.deepStrictEqual(annotations, [{}, {}, {}])
    }),
  )

  it.effect("takes one request of one account, and fails where PX tells no number", () =>
    Effect.gen(function* () {
      const counted = yield* count(page("a", total(7)))
      assert(counted._tag === "Success")
      assert.strictEqual(counted.success, 7)
      const none = yield* count(page(""))
      assert(none._tag === "Success")
      assert.strictEqual(none.success, 0)
      for (const answer of [page("a"), page("a", total(0))]) {
        const untold = yield* count(answer)
        assert(untold._tag === "Failure")
        assert.strictEqual(untold.failure.reason._tag, "Unavailable")
      }
    }),
  )
})

describe("what a list has shown", () => {
  it("is told from what it has not, for many thousands of ids", () => {
    const seen = makeSeen()
    const ids = Array.from({ length: 50_000 }, (_, index) => [`a${index}`, `A${index}`, `${index}-ü`]).flat()
    assert.isTrue(ids.every((id) => seen.add(id)))
    assert.isFalse(ids.some((id) => seen.add(id)))
    assert.strictEqual(seen.size(), 150_000)
  })
})
