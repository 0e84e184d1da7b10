import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { DatabaseSync } from "node:sqlite"
import * as Store from "@effect-aptrinsic/sandbox/Store"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { acme } from "./harness.ts"

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "sandbox-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
)

const file = Effect.map(directory, (path) => join(path, "accounts.db"))

const stored = (id: string, createDate = 0): Store.StoredAccount => ({ account: { ...acme, id }, createDate })

const insert = (id: string) => Store.Store.use((store) => store.insert(stored(id)))

const opened = <A, E>(path: string, effect: Effect.Effect<A, E, Store.Store>) =>
  Effect.provide(effect, Store.layerSqlite(path), { local: true })

const layers = {
  layerMemory: Store.layerMemory,
  layerSqlite: Layer.unwrap(Effect.map(file, Store.layerSqlite)),
}

for (const [name, layer] of Object.entries(layers)) {
  describe(name, () => {
    const live = <A, E>(title: string, effect: Effect.Effect<A, E, Store.Store>) =>
      it.live(title, () => Effect.provide(effect, layer, { local: true }))

    live(
      "keeps an account as it was sent",
      Effect.gen(function* () {
        const store = yield* Store.Store
        const account = { ...acme, nps: -0.5, customAttributes: JSON.parse('{"__proto__":{"a":[null]},"":1}') }
        assert.isTrue(yield* store.insert({ account, createDate: 1_767_225_600_000 }))
        const read = yield* store.get("acme")
        assert.strictEqual(JSON.stringify(read), JSON.stringify({ account, createDate: 1_767_225_600_000 }))
      }),
    )

    live(
      "knows nothing of an id that was never inserted",
      Effect.gen(function* () {
        assert.isUndefined(yield* Store.Store.use((store) => store.get("absent")))
      }),
    )

    live(
      "keeps the first account of an id",
      Effect.gen(function* () {
        const store = yield* Store.Store
        assert.isTrue(yield* store.insert(stored("acme", 1)))
        assert.isFalse(yield* store.insert(stored("acme", 2)))
        assert.strictEqual((yield* store.get("acme"))?.createDate, 1)
        assert.strictEqual(yield* store.count, 1)
      }),
    )

    live(
      "changes an account where it stands, and says what was there before",
      Effect.gen(function* () {
        const store = yield* Store.Store
        yield* Effect.forEach(["acme", "beta"], insert)
        const later = { ...stored("acme"), lastModifiedDate: 7 }
        assert.deepStrictEqual(yield* store.change("acme", () => later), stored("acme"))
        assert.isUndefined(yield* store.change("absent", (found) => found))
        assert.deepStrictEqual(yield* store.change("beta", () => undefined), stored("beta"))
        assert.deepStrictEqual(yield* store.list(), [later, stored("beta")])
      }),
    )

    live(
      "loses none of many concurrent changes",
      Effect.gen(function* () {
        const { change, get } = yield* Store.Store
        const count = change("acme", (found) => stored("acme", (found?.createDate ?? 0) + 1))
        yield* Effect.forEach(Array.from({ length: 100 }), () => count, { concurrency: "unbounded" })
        assert.strictEqual((yield* get("acme"))?.createDate, 100)
      }),
    )

    live(
      "tells ids apart byte by byte",
      Effect.gen(function* () {
        const store = yield* Store.Store
        const ids = ["acme", "Acme", "acme ", "a\u0000b", "a\u0000c", "é", "e\u0301", "😀", "'; DROP TABLE account; --"]
        for (const id of ids) assert.isTrue(yield* insert(id), JSON.stringify(id))
        for (const id of ids) assert.strictEqual((yield* store.get(id))?.account.id, id)
        assert.strictEqual(yield* store.count, ids.length)
      }),
    )

    live(
      "lets exactly one of many concurrent inserts of an id in",
      Effect.gen(function* () {
        const results = yield* Effect.forEach(Array.from({ length: 100 }), () => insert("acme"), {
          concurrency: "unbounded",
        })
        assert.strictEqual(results.filter((inserted) => inserted).length, 1)
      }),
    )

    live(
      "lists accounts in the order they were created, page by page",
      Effect.gen(function* () {
        const store = yield* Store.Store
        yield* Effect.forEach(["c", "a", "b", "d"], insert)
        const ids = (options?: Store.ListOptions) =>
          Effect.map(store.list(options), (accounts) => accounts.map(({ account }) => account.id))
        assert.deepStrictEqual(yield* ids(), ["c", "a", "b", "d"])
        assert.deepStrictEqual(yield* ids({ skip: 1, limit: 2 }), ["a", "b"])
        assert.deepStrictEqual(yield* ids({ skip: 9 }), [])
      }),
    )

    live(
      "is empty after clear, and takes the same ids again",
      Effect.gen(function* () {
        const store = yield* Store.Store
        yield* insert("acme")
        yield* store.clear
        assert.strictEqual(yield* store.count, 0)
        assert.isUndefined(yield* store.get("acme"))
        assert.isTrue(yield* insert("acme"))
      }),
    )

    live(
      "holds 100,000 accounts",
      Effect.gen(function* () {
        const store = yield* Store.Store
        const ids = Array.from({ length: 100_000 }, (_, index) => `account-${index}`)
        yield* Effect.forEach(ids, insert, { concurrency: 1_000, discard: true })
        assert.strictEqual(yield* store.count, 100_000)
        assert.isFalse(yield* insert("account-99999"))
        assert.strictEqual((yield* store.get("account-50000"))?.account.id, "account-50000")
        const last = yield* store.list({ skip: 99_999 })
        assert.deepStrictEqual(last, [stored("account-99999")])
      }),
    )
  })
}

describe("layerSeeded", () => {
  it.effect("has so many accounts from the start, and finds each by its place and its id", () =>
    Effect.gen(function* () {
      const store = yield* Store.Store
      assert.strictEqual(yield* store.count, 1_000_000)
      const last = Store.seeded(999_999)
      assert.deepStrictEqual(yield* store.list({ skip: 999_999 }), [last])
      assert.deepStrictEqual(yield* store.get("account-1000000"), last)
      for (const id of ["account-0000000", "account-1", "account-1000001", "Account-0000001", "account-01000000"]) {
        assert.isUndefined(yield* store.get(id), id)
      }
    }).pipe(Effect.provide(Store.layerSeeded(1_000_000))),
  )

  it.effect("keeps what is created and changed, until it is cleared", () =>
    Effect.gen(function* () {
      const store = yield* Store.Store
      const changed = { ...Store.seeded(1), lastModifiedDate: 7 }
      assert.isFalse(yield* insert("account-0000002"))
      assert.isTrue(yield* insert("acme"))
      assert.deepStrictEqual(yield* store.change("account-0000002", () => changed), Store.seeded(1))
      assert.deepStrictEqual(yield* store.list(), [Store.seeded(0), changed, Store.seeded(2), stored("acme")])
      yield* store.clear
      assert.deepStrictEqual(yield* store.list(), [0, 1, 2].map(Store.seeded))
    }).pipe(Effect.provide(Store.layerSeeded(3))),
  )
})

describe("a file", () => {
  it.live("has the same accounts when it is opened again", () =>
    Effect.gen(function* () {
      const path = yield* file
      assert.isTrue(yield* opened(path, insert("acme")))
      assert.isFalse(yield* opened(path, insert("acme")))
      assert.strictEqual(
        yield* opened(
          path,
          Store.Store.use((store) => store.count),
        ),
        1,
      )
    }),
  )

  it.live("leaves the warnings of the process as they were", () =>
    Effect.gen(function* () {
      const { emitWarning } = process
      yield* opened(yield* file, insert("acme"))
      assert.strictEqual(process.emitWarning, emitWarning)
    }),
  )

  it.live("shows an account to a second process as soon as it is inserted", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* opened(
        path,
        Effect.gen(function* () {
          yield* insert("acme")
          assert.isFalse(yield* opened(path, insert("acme")))
          assert.isTrue(yield* opened(path, insert("other")))
          assert.strictEqual(yield* Store.Store.use((store) => store.count), 2)
        }),
      )
    }),
  )

  it.live("of another program is refused and left as it was", () =>
    Effect.gen(function* () {
      const path = yield* file
      const other = new DatabaseSync(path)
      other.exec("CREATE TABLE account (id TEXT)")
      const error = yield* Effect.flip(opened(path, insert("acme")))
      assert.strictEqual(error._tag, "StoreError")
      assert.include(error.message, "another program's database")
      assert.deepStrictEqual({ ...other.prepare("PRAGMA journal_mode").get() }, { journal_mode: "delete" })
      other.close()
    }),
  )

  it.live("that is not a database is refused", () =>
    Effect.gen(function* () {
      const path = yield* file
      writeFileSync(path, "id,name\nacme,Acme Inc\n".repeat(1_000))
      const error = yield* Effect.flip(opened(path, insert("acme")))
      assert.strictEqual(error._tag, "StoreError")
      assert.include(error.message, "not a database")
    }),
  )

  it.live("in a directory that is missing is refused", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(opened(join(yield* directory, "missing", "accounts.db"), insert("acme")))
      assert.strictEqual(error._tag, "StoreError")
    }),
  )

  it.live("that another process keeps locked fails the inserts it cannot take, and takes the next", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* opened(
        path,
        Effect.gen(function* () {
          const other = new DatabaseSync(path)
          other.exec("DROP TABLE account")
          const errors = yield* Effect.forEach(["a", "b"], (id) => Effect.flip(insert(id)), { concurrency: 2 })
          assert.deepStrictEqual(
            errors.map(({ _tag }) => _tag),
            ["StoreError", "StoreError"],
          )
          other.exec("CREATE TABLE account (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL)")
          other.close()
          assert.isTrue(yield* insert("a"))
        }),
      )
    }),
  )
})
