/**
 * Many creates: as many at once as are wanted, those of one id one after the other, and no more once all would meet the same refusal.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { NewAccountInput, OneOfAll } from "../../Account.ts"
import type { AccountsError, CreateReason } from "../../AccountsError.ts"
import type { CreateAllOptions } from "../../Options.ts"
import type { AccountsService } from "../accountsService.ts"
import { invalidOptions } from "./configError.ts"

/** Lets those of a name go one after the other, in the order in which they ask. */
const makeTurns = () => {
  const last = new Map<unknown, Deferred.Deferred<void>>()
  return (name: unknown) =>
    Effect.map(Deferred.make<void>(), (ended) => {
      const before = last.get(name)
      last.set(name, ended)
      const leave = Effect.suspend(() => {
        if (last.get(name) === ended) last.delete(name)
        return Deferred.succeed(ended, undefined)
      })
      const wait = before === undefined ? Effect.void : Deferred.await(before)
      return <A>(effect: Effect.Effect<A>): Effect.Effect<A> => Effect.ensuring(Effect.zipRight(wait, effect), leave)
    })
}

/** Core refuses an account that cannot be read. */
const idOf = Option.liftThrowable((account: NewAccountInput) => account.id)

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1

const countIssue = {
  path: "concurrency",
  code: "out_of_range",
  message: "must be a whole number of at least 1",
} as const

/** Creates until one concerns all, and then waits for no further account (`over`). What the accounts failed with is kept for the end. */
const createUntil = <A extends NewAccountInput, E, R>(
  { createAccount }: AccountsService,
  accounts: Stream.Stream<A, E, R>,
  { concurrency = 50, ...options }: CreateAllOptions,
  over: Deferred.Deferred<void>,
): Stream.Stream<OneOfAll<A>, E | AccountsError<CreateReason>, R> =>
  Stream.suspend(() => {
    const turnOf = makeTurns()
    let refused: AccountsError<CreateReason> | undefined
    let broken: Stream.Stream<never, E> = Stream.empty
    const create = Effect.fnUntraced(function* (account: A) {
      if (refused !== undefined) return Option.none<OneOfAll<A>>()
      const result = yield* Effect.either(createAccount(account, options))
      if (Either.isLeft(result) && result.left.concernsAll) {
        refused ??= result.left
        yield* Deferred.succeed(over, undefined)
      }
      return Option.some<OneOfAll<A>>({ account, result })
    })
    const end = (): Stream.Stream<never, E | AccountsError<CreateReason>> =>
      refused === undefined ? broken : Stream.fail(refused)
    return accounts.pipe(
      // Those in flight come to their end first.
      Stream.catchAllCause((cause) => {
        broken = Stream.failCause(cause)
        return Stream.empty
      }),
      Stream.rechunk(1),
      Stream.takeWhile(() => refused === undefined),
      Stream.interruptWhenDeferred(over),
      // One after the other, so that turns are in the order of the stream.
      Stream.mapEffect((account) =>
        Effect.map(turnOf(Option.getOrUndefined(idOf(account))), (turn) => turn(create(account))),
      ),
      Stream.mapEffect((creating) => creating, { concurrency, unordered: true }),
      Stream.filterMap((one) => one),
      Stream.concat(Stream.suspend(end)),
    )
  })

export const createEach = <A extends NewAccountInput, E, R>(
  service: AccountsService,
  accounts: Stream.Stream<A, E, R>,
  options: CreateAllOptions = {},
): Stream.Stream<OneOfAll<A>, E | AccountsError<CreateReason>, R> =>
  options.concurrency === undefined || isCount(options.concurrency)
    ? Stream.unwrap(Effect.map(Deferred.make<void>(), (over) => createUntil(service, accounts, options, over)))
    : Stream.fail(invalidOptions([countIssue]))
