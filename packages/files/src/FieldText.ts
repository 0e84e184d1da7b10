/**
 * One text as the value of one field, by the rules of a column: what `--set FIELD=VALUE` says means what a cell under that field means.
 *
 * @since 0.1.0
 */
import { shape } from "@effect-aptrinsic/core/AccountFields"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Conversion from "./Conversion.ts"
import { pathOf } from "./internal/mapping/draft.ts"
import { makeTargets } from "./internal/mapping/targets.ts"

/**
 * A field and its value; no value where the text means "not set", as an empty one does.
 *
 * @since 0.1.0
 */
export interface Assignment {
  /** The field, dotted, without the type that a custom attribute may name (`customAttributes.seats:number`). */
  readonly path: string
  readonly value: Schema.Json | undefined
}

/**
 * Reads a text for a field. Fails with a phrase that continues the field, and with a way out where there is one that names flags of an import.
 *
 * @since 0.1.0
 */
export type FieldText = (
  path: string,
  text: string,
) => Result.Result<Assignment, Pick<Conversion.Unconvertible, "message" | "suggestion">>

/**
 * The reader of texts under the formats of a file. Fails with what is wrong with a format or the time zone.
 *
 * **Example** (Texts as the values of their fields)
 *
 * ```ts
 * import { FieldText } from "@effect-aptrinsic/files"
 * import { Result } from "effect"
 *
 * const read = Result.getOrThrow(FieldText.make())
 * console.log(Result.getOrThrow(read("renewalDate", "2027-01-31"))) // { path: "renewalDate", value: 1801353600000 }
 * console.log(read("renewalDate", "20270131")) // a failure: it could be a day or a number
 * ```
 *
 * @since 0.1.0
 */
export const make = (formats: Conversion.Formats = {}): Result.Result<FieldText, string> =>
  Result.map(
    Result.mapError(Conversion.make(formats), ({ flag, message }) => `${flag} ${message}`),
    (conversion): FieldText => {
      const { named } = makeTargets(conversion, shape)
      return (path, text) => {
        const target = named(path)
        if (Result.isFailure(target)) return Result.fail({ message: target.failure, suggestion: undefined })
        if (conversion.isNull(text)) return Result.succeed({ path: pathOf(target.success), value: undefined })
        const value = target.success.convert(text)
        return value instanceof Conversion.Unconvertible
          ? Result.fail(value)
          : Result.succeed({ path: pathOf(target.success), value })
      }
    },
  )
