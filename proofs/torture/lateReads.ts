/**
 * A store that shows what was stored some time later: until then a read finds what was there before.
 */
import * as Store from "@effect-aptrinsic/sandbox/Store"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export const layerLate = (lag: Duration.Input): Layer.Layer<Store.Store> =>
  Layer.effect(
    Store.Store,
    Effect.gen(function* () {
      const store = yield* Store.Store
      const before = new Map<string, { readonly stored: Store.StoredAccount | undefined; readonly until: number }>()
      const millis = Duration.toMillis(lag)
      const remember = (id: string, stored: Store.StoredAccount | undefined) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          // Changes that follow each other this closely show together.
          if ((before.get(id)?.until ?? 0) <= now) before.set(id, { stored, until: now + millis })
        })
      const shown = <A extends Store.StoredAccount | undefined>(id: string, now: number, stored: A) => {
        const earlier = before.get(id)
        return earlier !== undefined && now < earlier.until ? earlier.stored : stored
      }
      return Store.Store.of({
        ...store,
        insert: (stored) =>
          Effect.tap(store.insert(stored), (isNew) => (isNew ? remember(stored.account.id, undefined) : Effect.void)),
        change: (id, change) => Effect.tap(store.change(id, change), (stored) => remember(id, stored)),
        get: (id) =>
          Effect.map(Effect.all([store.get(id), Clock.currentTimeMillis]), ([stored, now]) => shown(id, now, stored)),
        // An account has its place in a list at once.
        list: (options) =>
          Effect.map(Effect.all([store.list(options), Clock.currentTimeMillis]), ([page, now]) =>
            page.map((stored) => shown(stored.account.id, now, stored) ?? stored),
          ),
      })
    }),
  ).pipe(Layer.provide(Store.layerMemory))
