/**
 * Options of Effect 3 as those of core, which checks them: what is none of Effect 3 crosses as it is.
 */
import type * as CoreOptions from "@effect-aptrinsic/core/Options"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type * as Runtime from "effect/Runtime"
import * as Redacted4 from "effect4/Redacted"
import type { Options, WriteOptions } from "../../Options.ts"
import { up } from "./crossing.ts"
import { timeUp } from "./input.ts"

const spans: ReadonlySet<string> = new Set(["attemptTimeout", "totalTimeout", "retryDelay", "settleDelay"])

/** In milliseconds; anything that is not a duration passes through, and core refuses it. */
const spanUp = (value: unknown): unknown =>
  Option.match(Duration.decodeUnknown(value), { onNone: () => value, onSome: Duration.toMillis })

/** Every member that a program gave, each read once; what throws when it is read is for core to refuse. */
const membersUp = (given: unknown, memberUp: (name: string, value: unknown) => unknown): unknown => {
  const read = Option.liftThrowable((): unknown =>
    Predicate.isRecord(given)
      ? Object.fromEntries(
          Object.entries(given).map(([name, value]) => [name, spans.has(name) ? spanUp(value) : memberUp(name, value)]),
        )
      : given,
  )
  return Option.getOrElse(read(), () => given)
}

export const optionsUp = (options: Options): CoreOptions.Options =>
  membersUp(options, (name, value) =>
    name === "apiKey" && Redacted.isRedacted(value) ? Redacted4.make(Redacted.value(value)) : value,
  ) as CoreOptions.Options

const isGate = (value: unknown): value is Effect.Effect<boolean> => Effect.isEffect(value)

const doubtUp = (value: unknown): unknown =>
  Predicate.hasProperty(value, "since") ? { since: timeUp(value.since) } : value

/** The options of a write, whatever it does besides. */
export const writeOptionsUp = <Core extends CoreOptions.WriteOptions>(
  runtime: Runtime.Runtime<never>,
  options: WriteOptions | undefined,
): Core | undefined =>
  membersUp(options, (name, value) => {
    if (name === "inDoubt") return doubtUp(value)
    return name === "mayLeave" && isGate(value) ? up(runtime, value) : value
  }) as Core | undefined
