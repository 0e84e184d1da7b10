import * as Importer from "@effect-aptrinsic/bulk/Importer"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import type { Account } from "@effect-aptrinsic/core/Account"
import * as E from "@effect-aptrinsic/core/AccountsError"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { importing } from "./support/importing.ts"
import { account, accounts, type Create, failure, halted, px, type Read, success, unread } from "./support/px.ts"

const forbidden = new E.Forbidden({ detail: "<html>Blocked</html>" })

const found: Read = (id) => Effect.succeed(account(id) as Account)

/** Answers some of the accounts otherwise. */
const but =
  (answer: ReturnType<Create>, isOther: (row: number) => boolean): Create =>
  (input) =>
    isOther(Number(input.id.slice(1))) ? answer : Effect.succeed(success(input))

describe("a row that PX refuses as it would refuse the key", () => {
  it.effect("fails alone when a GET shows that the key works", () =>
    Effect.gen(function* () {
      for (const reason of [
        forbidden,
        new E.Unauthorized(),
        new E.RequestRefused({ status: 405, detail: "" }),
        new E.Redirected({ status: 307 }),
      ]) {
        const asked: Array<string> = []
        const { layer } = px(
          but(failure(reason), (row) => row === 5),
          (id) =>
            Effect.andThen(
              Effect.sync(() => asked.push(id)),
              found(id),
            ),
        )
        const { importer, outcomes, totals } = yield* importing(20, { concurrency: 2 }).pipe(
          Effect.provide([layer, Journal.layerMemory]),
        )
        assert.isUndefined(importer.halted())
        assert.deepInclude(totals, { Created: 19, Failed: 1 })
        assert.deepInclude(
          outcomes.find(({ row }) => row === 5),
          { _tag: "Failed", code: reason._tag },
        )
        const told = outcomes.find(({ row }) => row === 5)
        assert.match(
          String(told?._tag === "Failed" && told.message),
          /A lookup with this key is answered: it may be the content of this row/,
        )
        assert.lengthOf(asked, 1)
        assert.notStrictEqual(asked[0], "a5", "an account that PX is known to hold says more")
      }
    }),
  )

  it.effect("halts the import when nothing was created before it", () =>
    Effect.gen(function* () {
      const { calls, layer } = px(() => failure(forbidden), found)
      const { importer, totals } = yield* importing(100, { concurrency: 2 }).pipe(
        Effect.provide([layer, Journal.layerMemory]),
      )
      assert.strictEqual(halted(importer.halted()).kind, "Refused")
      assert.isAtMost(calls.length, 2)
      assert.strictEqual(totals.Failed, 0)
    }),
  )

  it.effect("halts the import when the rows after it are refused too: the key may only read", () =>
    Effect.gen(function* () {
      const { calls, layer } = px(
        but(failure(forbidden), (row) => row > 10),
        found,
      )
      const { importer, totals } = yield* importing(100, { concurrency: 1 }).pipe(
        Effect.provide([layer, Journal.layerMemory]),
      )
      assert.strictEqual(halted(importer.halted()).message, forbidden.message)
      assert.deepInclude(totals, { Created: 10, Failed: 4 })
      assert.lengthOf(calls, 15)
    }),
  )

  it.effect("fails again in the next run, and the rows after it are sent", () =>
    Effect.gen(function* () {
      const { layer } = px(
        but(failure(forbidden), (row) => row === 1),
        () => unread(new E.AccountNotFound()),
      )
      yield* Effect.gen(function* () {
        const { ended } = yield* Journal.Journal
        yield* ended({ _tag: "Failed", row: 1, id: "a1", code: "Forbidden", message: "" })
        const { importer, totals } = yield* importing(5, { concurrency: 1 })
        assert.isUndefined(importer.halted())
        assert.deepInclude(totals, { Created: 4, Failed: 1 })
      }).pipe(Effect.provide([layer, Journal.layerMemory]))
    }),
  )

  it.effect("fails alone in a run that creates nothing, when an earlier one did", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const { layer } = px(
        () => failure(forbidden),
        (id) =>
          Effect.andThen(
            Effect.sync(() => asked.push(id)),
            found(id),
          ),
      )
      yield* Effect.gen(function* () {
        const { ended } = yield* Journal.Journal
        yield* ended({ _tag: "Created", row: 2, id: "a2", confirmed: false })
        yield* ended({ _tag: "Duplicate", row: 3, id: "a3", differences: [] })
        const { importer, totals } = yield* importing(3, { concurrency: 2 })
        assert.isUndefined(importer.halted())
        assert.deepInclude(totals, { Created: 1, Duplicate: 1, Failed: 1 })
        assert.deepStrictEqual(asked, ["a2"])
      }).pipe(Effect.provide([layer, Journal.layerMemory]))
    }),
  )
})

describe("rows that fail at the start", () => {
  const refused = (detail: (id: string) => string, isOther: (row: number) => boolean): Create => {
    return (input) =>
      isOther(Number(input.id.slice(1)))
        ? Effect.succeed(success(input))
        : failure(new E.BadRequest({ detail: detail(input.id), issues: [] }))
  }
  const run = (create: Create, options: Importer.Options = {}) =>
    importing(200, { concurrency: 1, ...options }).pipe(Effect.provide([px(create).layer, Journal.layerMemory]))

  it.effect("halt the import when the first fifty fail for one reason, whatever their ids", () =>
    Effect.gen(function* () {
      const { importer, totals } = yield* run(
        refused(
          (id) => `${id}: no such attribute tier`,
          () => false,
        ),
      )
      const halt = halted(importer.halted())
      assert.strictEqual(halt.kind, "FailingAlike")
      assert.match(halt.message, /^The first 50 rows of this run all failed for one reason: .*no such attribute tier/)
      assert.strictEqual(totals.Failed, 50)
    }),
  )

  it.effect(
    "halt nothing when one of them does not, or fails for another reason, or --max-failures says how many may",
    () =>
      Effect.gen(function* () {
        const same = () => "no such attribute"
        for (const [create, options, failed] of [
          [refused(same, (row) => row === 50), {}, 199],
          [
            refused(
              (id) => (id === "a7" ? "another" : "the same"),
              () => false,
            ),
            {},
            200,
          ],
          [refused(same, () => false), { maxFailures: 150 }, 150],
          [refused(same, () => false), { maxFailures: Number.POSITIVE_INFINITY }, 200],
          [refused(same, (row) => row % 3 > 0), {}, 66],
        ] as const) {
          assert.strictEqual((yield* run(create, options)).totals.Failed, failed)
        }
      }),
  )

  it.effect("are gone past by the next run, which halts at the next fifty", () =>
    Effect.gen(function* () {
      const memory = yield* Journal.makeMemory
      const refusing = px(
        refused(
          () => "no such attribute",
          () => false,
        ),
      )
      const again = (options: Importer.Options = {}) =>
        importing(200, { concurrency: 1, ...options }).pipe(
          Effect.provideService(Journal.Journal, memory),
          Effect.provide(refusing.layer),
        )
      assert.strictEqual((yield* again()).totals.Failed, 50)
      const second = yield* again()
      assert.strictEqual(second.totals.Failed, 100)
      // 50 others failed beside them: neither are these the first, nor are they all.
      assert.match(
        halted(second.importer.halted()).message,
        /^50 more rows failed, all for one reason: .*no such attribute/,
      )
      const third = yield* again({ maxFailures: 1 })
      assert.strictEqual(third.totals.Failed, 101)
      assert.strictEqual(halted(third.importer.halted()).message, "1 more row failed, as many as may.")
    }),
  )
})

describe("the outcome of a row", () => {
  const resumeAt = DateTime.makeUnsafe(0)
  const duplicate = (existing: "same" | "unknown") => new E.PossibleDuplicate({ existing, differences: [], detail: "" })
  const reasons: ReadonlyArray<E.CreateReason> = [
    new E.InvalidOptions({ issues: [] }),
    new E.InvalidAccount({ issues: [] }),
    new E.BadRequest({ detail: "", issues: [] }),
    duplicate("same"),
    duplicate("unknown"),
    new E.Unauthorized(),
    forbidden,
    new E.RateLimited({ resumeAt }),
    new E.DailyQuotaExhausted({ requestsPerDay: 1, resumeAt }),
    new E.RequestRefused({ status: 404, detail: "" }),
    new E.RequestRefused({ status: 422, detail: "" }),
    new E.Redirected({ status: 302 }),
    new E.Unreachable({ fault: "refused", detail: "" }),
    new E.Unreachable({ fault: "tls", detail: "" }),
    new E.Unavailable({ detail: "" }),
    new E.Withdrawn(),
    new E.OutcomeUnknown({ differences: [] }),
    new E.OutcomeUnknown({ differences: [], detail: "no such plan" }),
    new E.OutcomeUnknown({ differences: [{ path: "plan", kind: "value" }] }),
  ]
  const reads: Record<string, Read> = {
    "is there": found,
    "is not there": () => unread(new E.AccountNotFound()),
    "is refused": () => unread(forbidden),
    "is not answered": () => unread(new E.Unavailable({ detail: "" })),
    "meets the end of the quota": () => unread(new E.DailyQuotaExhausted({ requestsPerDay: 1, resumeAt })),
  }
  /** Reasons that PX gives for one account: whatever else is asked, it is not created as it stands. */
  const isOwn = (reason: E.CreateReason, read: string) => {
    if (["InvalidAccount", "BadRequest", "Unavailable"].includes(reason._tag)) return true
    if (reason._tag === "RequestRefused" && reason.status === 422) return true
    // A key that may not read has no better answer to give.
    if (reason._tag === "PossibleDuplicate") return read.startsWith("is")
    return read === "is there" || read === "is not there"
  }
  const cases = reasons.flatMap((reason) =>
    Object.keys(reads).flatMap((read) =>
      (["not created", "unknown"] as const).flatMap((outcome) =>
        [0, 1].map((before) => [reason, read, outcome, before] as const),
      ),
    ),
  )

  it.effect("is failed only when it was not created for a reason of its own, and never new when it may have been", () =>
    Effect.gen(function* () {
      for (const [reason, read, outcome, before] of cases) {
        const title = `${reason._tag}, ${outcome}, after ${before} rows, a GET ${read}`
        const { layer } = px(
          but(failure(reason, outcome), (row) => row === before + 1),
          reads[read]!,
        )
        yield* Effect.gen(function* () {
          yield* importing(before + 2, { concurrency: 1, outage: "1 minute" }, 1000)
          const { states } = yield* Journal.Journal
          const [state] = yield* states([{ row: before + 1, id: `a${before + 1}` }])
          if (outcome === "unknown") assert.include(["InDoubt", "Duplicate"], state, title)
          else if (!isOwn(reason, read)) assert.notStrictEqual(state, "Failed", title)
          if (outcome === "unknown" && reason._tag !== "PossibleDuplicate") assert.strictEqual(state, "InDoubt", title)
        }).pipe(Effect.provide([layer, Journal.layerMemory]))
      }
    }),
  )

  it.effect("is not failed when an account was in doubt before and cannot be sent as it stands", () =>
    Effect.gen(function* () {
      const error = new E.AccountsError({
        operation: "create",
        outcome: "not created",
        attempts: 0,
        elapsed: Duration.zero,
        history: [],
        reason: new E.InvalidAccount({ issues: [] }),
      })
      yield* Effect.gen(function* () {
        const journal = yield* Journal.Journal
        yield* journal.sent({ row: 1, id: "a1" })
        const importer = yield* Importer.make()
        yield* importer.importChunk([{ row: 1, account: accounts(1)[0]! }])
        assert.deepStrictEqual(yield* journal.states([{ row: 1, id: "a1" }]), ["InDoubt"])
      }).pipe(Effect.provide([px(() => Effect.fail(error)).layer, Journal.layerMemory]))
    }),
  )
})
