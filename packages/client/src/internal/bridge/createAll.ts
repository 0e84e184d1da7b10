/**
 * Many creates: as many at once as are wanted, those of one id one after the other.
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Stream from "effect/Stream"
import type { NewAccountInput } from "../../Account.ts"
import { InvalidOptions } from "../../InvalidOptions.ts"
import type { CreateAllOptions } from "../../Options.ts"
import type { CreateResult, OneOfAll } from "../../Result.ts"
import { type Calls, create, read } from "./calls.ts"

/** Runs the effects of a name one after the other. */
const makeTurns = () => {
  const last = new Map<unknown, Latch.Latch>()
  return <A>(name: unknown, effect: Effect.Effect<A>): Effect.Effect<A> =>
    Effect.suspend(() => {
      const before = last.get(name)
      const ended = Latch.makeUnsafe()
      last.set(name, ended)
      const leave = Effect.sync(() => {
        if (last.get(name) === ended) last.delete(name)
        ended.openUnsafe()
      })
      return Effect.ensuring(before === undefined ? effect : Effect.andThen(before.await, effect), leave)
    })
}

const isAsync = <A>(accounts: Iterable<A> | AsyncIterable<A>): accounts is AsyncIterable<A> =>
  Symbol.asyncIterator in accounts

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1

const invalidConcurrency = (): InvalidOptions => {
  const message = "must be a whole number of at least 1"
  const issue = { path: "concurrency", code: "out_of_range", message } as const
  return new InvalidOptions(`The options are not valid: concurrency ${message}.`, [issue])
}

export const createAll = <Input extends NewAccountInput>(
  calls: Calls,
  accounts: Iterable<Input> | AsyncIterable<Input>,
  options: CreateAllOptions | undefined,
): Stream.Stream<OneOfAll<Input>, unknown> =>
  Stream.suspend(() => {
    const concurrency: unknown = read(() => options?.concurrency) ?? 50
    if (!isCount(concurrency)) return Stream.fail(invalidConcurrency())
    const turn = makeTurns()
    let isOver = false
    const over = Latch.makeUnsafe()
    let broken: Stream.Stream<never, unknown> = Stream.empty
    const createOne = (input: Input, index: number) =>
      Effect.map(
        turn(
          read(() => input.id),
          create(calls, input, options),
        ),
        (result: CreateResult): OneOfAll<Input> => {
          isOver ||= "concernsAll" in result && (result.concernsAll || result.reason._tag === "Aborted")
          if (isOver) over.openUnsafe()
          return { ...result, input, index }
        },
      )
    const rows = isAsync(accounts)
      ? Stream.fromAsyncIterable(accounts, (error) => error)
      : Stream.fromIterable(accounts)
    return rows.pipe(
      // Those in flight come to their end first.
      Stream.catchCause((cause) => {
        broken = Stream.failCause(cause)
        return Stream.empty
      }),
      Stream.rechunk(1),
      Stream.takeWhile(() => !isOver),
      // An account that may still come is not waited for.
      Stream.interruptWhen(over.await),
      Stream.zipWithIndex,
      Stream.mapEffect(([input, index]) => createOne(input, index), {
        concurrency,
        unordered: true,
      }),
      Stream.concat(Stream.suspend(() => broken)),
    )
  })
