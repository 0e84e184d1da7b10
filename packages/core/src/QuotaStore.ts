/**
 * Counts the requests of each key over the last 24 hours. A service, so that the count can live where it survives a
 * restart.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { fingerprint as digest } from "./internal/fingerprint.ts"
import { getOrMake } from "./internal/getOrMake.ts"
import { openLog } from "./internal/quotaLog.ts"
import { makeQuotaMemory } from "./internal/quotaMemory.ts"
import { makeShare, type QuotaShare } from "./internal/quotaShare.ts"
import { openSwap, type SharedText } from "./internal/quotaSwap.ts"

/**
 * A request that the quota does not allow: `resumeAt` is when enough of what was counted falls out of the day.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Exhausted {
  readonly resumeAt: DateTime.Utc
}

/**
 * The count of requests per key over any 24 hours.
 *
 * **Details**
 *
 * The vendor does not say when its day begins, so the count slides: no window of 24 hours, wherever it starts, holds
 * more than the quota.
 *
 * **Example** (Counting a request)
 *
 * ```ts
 * import { QuotaStore } from "@effect-aptrinsic/core"
 * import { DateTime, Effect, Redacted } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const { take, used } = yield* QuotaStore.QuotaStore
 *   const key = Redacted.make("https://api.aptrinsic.com a-key-of-px")
 *   const now = yield* DateTime.now
 *   yield* take(key, 1000, now)
 *   return yield* used(key, now)
 * })
 *
 * console.log(await Effect.runPromise(Effect.provide(program, QuotaStore.layerMemory))) // 1
 * ```
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export class QuotaStore extends Context.Service<
  QuotaStore,
  {
    /**
     * Counts one request of `key`, which names the server and the API key and must be kept nowhere but as its
     * {@link fingerprint}, unless `limit` requests were counted in the
     * last 24 hours before `now`. A call that is interrupted waits for it to end, to know what was counted.
     */
    readonly take: (key: Redacted.Redacted, limit: number, now: DateTime.Utc) => Effect.Effect<Exhausted | undefined>
    /** Takes the count of one request back, because it never left. */
    readonly giveBack: (key: Redacted.Redacted, now: DateTime.Utc) => Effect.Effect<void>
    /** Requests of `key` counted in the last 24 hours. */
    readonly used: (key: Redacted.Redacted, now: DateTime.Utc) => Effect.Effect<number>
  }
>()("@effect-aptrinsic/core/QuotaStore") {}

/**
 * A name for a key that may be kept: the same in every process, and nothing to derive the key from (16 hexadecimal digits of SHA-256).
 *
 * **Example** (A name that shows nothing)
 *
 * ```ts
 * import { QuotaStore } from "@effect-aptrinsic/core"
 * import { Redacted } from "effect"
 *
 * console.log(QuotaStore.fingerprint(Redacted.make("https://api.aptrinsic.com a-key-of-px")).length) // 16
 * ```
 *
 * @stability unstable
 * @category hashing
 * @since 0.1.0
 */
export const fingerprint = (key: Redacted.Redacted): string => digest(Redacted.value(key))

/**
 * Counts in memory: a restarted process starts at zero.
 *
 * **Example** (A quota of one request)
 *
 * ```ts
 * import { QuotaStore } from "@effect-aptrinsic/core"
 * import { DateTime, Effect, Redacted } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const { take } = yield* QuotaStore.QuotaStore
 *   const key = Redacted.make("https://api.aptrinsic.com a-key-of-px")
 *   const now = DateTime.makeUnsafe("2026-01-02T03:04:05Z")
 *   yield* take(key, 1, now)
 *   return yield* take(key, 1, now)
 * })
 *
 * const exhausted = await Effect.runPromise(Effect.provide(program, QuotaStore.layerMemory))
 * console.log(exhausted && DateTime.formatIso(exhausted.resumeAt)) // 2026-01-03T03:05:00.000Z
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerMemory: Layer.Layer<QuotaStore> = Layer.sync(QuotaStore, makeQuotaMemory)

/** Counts in the shares of keys, for the time of the scope. */
const makeCounting = (open: (key: string) => QuotaShare): Effect.Effect<QuotaStore["Service"], never, Scope.Scope> =>
  Effect.gen(function* () {
    const shares = new Map<string, QuotaShare>()
    const shareOf = (key: Redacted.Redacted) => getOrMake(shares, Redacted.value(key), () => open(fingerprint(key)))
    yield* Effect.addFinalizer(() =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Effect.forEach(shares.values(), (share) => share.close(now), { discard: true }),
      ),
    )
    return {
      take: (key, limit, now) =>
        Effect.map(shareOf(key).take(limit, now.epochMilliseconds), (resumeAt) =>
          resumeAt === undefined ? undefined : { resumeAt: DateTime.makeUnsafe(resumeAt) },
        ),
      giveBack: (key) => shareOf(key).giveBack,
      used: (key, now) => shareOf(key).used(now.epochMilliseconds),
    }
  })

/**
 * Where the counts of processes lie as texts: `read` one of a key with its version, `replace` it by the next version unless another process was
 * faster. A first text replaces version 0.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface SharedCounts<E> extends SharedText<E> {}

/**
 * Counts in texts that processes share, in blocks as {@link layerFile} does and with the same care: where they cannot be read or written, the
 * process counts for itself and adds it later. A block lasts a second, and the next one is counted while it is used, so that no request waits for the
 * store; a process that is killed leaves up to two of them.
 *
 * **Example** (Texts in a map)
 *
 * ```ts
 * import { QuotaStore } from "@effect-aptrinsic/core"
 * import { DateTime, Effect, Redacted } from "effect"
 *
 * const texts = new Map<string, { text: string; version: number }>()
 * const program = Effect.gen(function* () {
 *   const quota = yield* QuotaStore.makeShared({
 *     read: (key) => Effect.sync(() => texts.get(key)),
 *     replace: (key, version, text) =>
 *       Effect.sync(() => version === (texts.get(key)?.version ?? 0) && texts.set(key, { text, version: version + 1 }).has(key)),
 *   })
 *   yield* quota.take(Redacted.make("a-key-of-px"), 1000, DateTime.makeUnsafe("2026-01-02T03:04:05Z"))
 *   return texts.size
 * })
 *
 * console.log(await Effect.runPromise(Effect.scoped(program))) // 1
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const makeShared = <E extends { readonly message: string }>(
  counts: SharedCounts<E>,
): Effect.Effect<QuotaStore["Service"], never, Scope.Scope> =>
  makeCounting((key) => makeShare((known) => openSwap(counts, key, known), true))

/**
 * Options of `layerFile`.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface FileOptions {
  /** Where the counts lie, a file or two a key. Made with mode 0700 when it is not there, its files with 0600. */
  readonly directory: string
}

/**
 * Counts on disk, which all processes that use the directory share and which survive their end.
 *
 * **Details**
 *
 * A request is counted in the file before it leaves, so a process that is killed loses none of them; written, not synced, so a machine that
 * loses its power may forget the last seconds. Requests are counted ahead in blocks that last a quarter of a second and take one request, or
 * no more than a thousandth of what the day has left; what is not used is given back with the first request after its minute and when the
 * layer closes. A process that is killed leaves up to one block counted that it did not send, and the requests that were about to leave or had
 * failed to.
 *
 * A directory that cannot be read or written, or holds the count of another version, is reported as a warning in the log; the process then
 * counts for itself, tries again every minute, and adds what it counted once it can. Lines that cannot be read count for nothing, are
 * reported, and are left out when the file is next summed up. A clock that is put back counts what it had counted ahead as of now.
 *
 * **Gotchas**
 *
 * Hosts that share a disk share the count only if it appends lines whole, which network file systems may not.
 *
 * **Example** (A day that survives the process)
 *
 * ```ts
 * import { QuotaStore } from "@effect-aptrinsic/core"
 * import { Effect, FileSystem, Layer } from "effect"
 *
 * const quota = QuotaStore.layerFile({ directory: "/var/lib/my-service/quota" }).pipe(
 *   Layer.provide(FileSystem.layerNoop({ makeDirectory: () => Effect.void })),
 * )
 *
 * console.log(Layer.isLayer(quota)) // true
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerFile = ({ directory }: FileOptions): Layer.Layer<QuotaStore, never, FileSystem.FileSystem> =>
  Layer.effect(
    QuotaStore,
    Effect.flatMap(FileSystem.FileSystem, (fs) =>
      makeCounting((key) => makeShare((known) => openLog(fs, directory, `quota-${key}`, known), false)),
    ),
  )
