/**
 * One text as the value of one field, by the rules of a column: what `--set FIELD=VALUE` says means what a cell under that field means.
 */
import { shape } from "@effect-aptrinsic/core/AccountFields"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { pathOf } from "../mapping/draft.ts"
import { makeTargets } from "../mapping/targets.ts"
import * as Conversion from "./conversion.ts"

/** A field and its value; no value where the text means "not set", as an empty one does. */
export interface Assignment {
  /** The field, dotted, without the type that a custom attribute may name (`customAttributes.seats:number`). */
  readonly path: string
  readonly value: Schema.Json | undefined
}

/**
 * Reads a text for a field. Fails with a phrase that continues the field, and with a way out where there is one that names flags of an import.
 */
export type FieldText = (
  path: string,
  text: string,
) => Result.Result<Assignment, Pick<Conversion.Unconvertible, "message" | "suggestion">>

/**
 * The reader of texts under the formats of a file. Fails with what is wrong with a format or the time zone.
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
