/** Lists the fields of an account, as the schema describes them. */
import { type AccountField, fields } from "@effect-aptrinsic/core/AccountFields"
import * as Effect from "effect/Effect"
import { usage } from "../../output/Failure.ts"
import { wrap } from "../../output/HelpPage.ts"
import { Output, pad } from "../../output/Output.ts"

const typeName = ({ type, format }: AccountField): string => {
  if (format === "int64") return "date"
  return { string: "text", integer: "whole number", number: "number", array: "list", object: "map" }[type]
}

const heading = ["FIELD", "TYPE", "REQUIRED", "DESCRIPTION"] as const

export const run = Effect.fnUntraced(function* (args: { readonly csv: boolean }) {
  const output = yield* Output
  if (args.csv && output.json) return yield* usage("--csv and --json are two formats; give one.")
  if (args.csv) {
    // The names in a map are the user's own: they make columns as customAttributes.tier.
    const columns = fields.filter(({ type }) => type !== "object").map(({ path }) => path)
    return yield* output.succeed({ document: {}, lines: [columns.join(",")] })
  }

  const cells = fields.map(
    (field) => [field.path, typeName(field), field.required ? "yes" : "", field.description] as const,
  )
  const widths = [0, 1, 2].map((column) => Math.max(...[heading, ...cells].map((row) => row[column]!.length)) + 2)
  const indent = widths.reduce((sum, width) => sum + width, 0)
  const width = output.columns === undefined ? Number.POSITIVE_INFINITY : Math.max(output.columns - indent, 20)
  const line = ([path, type, required, description]: readonly [string, string, string, string]) => {
    const [first, ...rest] = wrap(description, width)
    const columns = [path, type, required].map((cell, column) => pad(cell, widths[column]!)).join("")
    return [`${columns}${first}`.trimEnd(), ...rest.map((text) => " ".repeat(indent) + text)]
  }
  return yield* output.succeed({
    document: {
      fields: fields.map(({ path, type, format, required, description, example }) => ({
        path,
        type,
        ...(format === undefined ? {} : { format }),
        required,
        description,
        example,
      })),
    },
    lines: [output.paint("bold", line(heading)[0]!), ...cells.flatMap(line)],
  })
})
