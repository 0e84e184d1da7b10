import * as Check from "@effect-aptrinsic/files/Check"
import * as Mapping from "@effect-aptrinsic/files/Mapping"
import type { Problem } from "@effect-aptrinsic/files/Problem"
import * as Source from "@effect-aptrinsic/files/Source"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Input } from "./input.ts"

const shortened = (text: string) => (text.length > 300 ? `${text.slice(0, 80)}… (${text.length} characters)` : text)

const told = (mark: string, { column, field, line, message, row, suggestion }: Problem) =>
  shortened(
    `${mark} ${line === undefined ? `row ${row}` : `line ${line}`} ${column ?? "-"} > ${field ?? "-"} ${message}${suggestion === undefined ? "" : ` | ${suggestion}`}`,
  )

/** What becomes of a file: every account that would be sent, every problem and every warning, or why it is refused. */
export const resultOf = ({ bytes, mapping, source: options }: Input) =>
  Effect.gen(function* () {
    const content = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes
    const source = yield* Source.open(Stream.make(content), options)
    const mapped = yield* Effect.fromResult(Mapping.make({ productKeys: ["AP-TEST-2"], ...mapping }))
    const reader = yield* Effect.fromResult(mapped.forColumns(source.columns))
    yield* Stream.runDrain(Check.check(reader)(source.rows))
    const settled = yield* Effect.fromResult(Mapping.settle(reader))
    const rows = yield* Stream.runCollect(Check.check(settled)(source.rows))
    const lines = rows.flatMap((row) =>
      row._tag === "Valid"
        ? [`  ${shortened(JSON.stringify(row.account))}`, ...row.warnings.map((warning) => told("!", warning))]
        : row.problems.map((problem) => told("✖", problem)),
    )
    return lines
  }).pipe(
    Effect.catchTags({
      SourceError: ({ hint, message }) => Effect.succeed([shortened(`refused: ${message} | ${hint}`)]),
      MappingError: ({ problems }) =>
        Effect.succeed(
          problems
            .slice(0, 5)
            .map(({ flags, message, subject }) => shortened(`refused: ${subject} ${message} | ${flags.join(" | ")}`)),
        ),
    }),
  )
