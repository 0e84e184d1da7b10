/**
 * Writes what becomes of each input to `expected.json`, to be read before it is committed: `node test/corpus/update.ts`.
 */
import { writeFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { corpus } from "./inputs.ts"
import { resultOf } from "./resultOf.ts"

const results = await Effect.runPromise(
  Effect.forEach(Object.entries(corpus), ([group, inputs]) =>
    Effect.forEach(Object.entries(inputs), ([name, input]) =>
      Effect.map(resultOf(input), (lines) => [name, lines] as const),
    ).pipe(Effect.map((entries) => [group, Object.fromEntries(entries)] as const)),
  ),
)
writeFileSync(new URL("expected.json", import.meta.url), `${JSON.stringify(Object.fromEntries(results), null, 2)}\n`)
