/**
 * Many creates: as many at once as are wanted, those of one id one after the other.
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Stream from "effect/Stream"
import type { NewAccountInput } from "../../Account.ts"
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

export const createAll = <Input extends NewAccountInput>(
  calls: Calls,
  accounts: Iterable<Input> | AsyncIterable<Input>,
  options: CreateAllOptions | undefined,
): Stream.Stream<OneOfAll<Input>, unknown> =>
  Stream.suspend(() => {
    const turn = makeTurns()
    let isOver = false
    let broken: Stream.Stream<never, unknown> = Stream.empty
    const createOne = (input: Input, index: number) =>
      Effect.map(
        turn(
          read(() => input.id),
          create(calls, input, options),
        ),
        (result: CreateResult): OneOfAll<Input> => {
          isOver ||= "concernsAll" in result && (result.concernsAll || result.reason._tag === "Aborted")
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
      Stream.zipWithIndex,
      Stream.mapEffect(([input, index]) => createOne(input, index), {
        concurrency: options?.concurrency ?? 50,
        unordered: true,
      }),
      Stream.concat(Stream.suspend(() => broken)),
    )
  })
