/** `jobs list`, `jobs status` and `jobs results`: what is known of jobs. */
import * as Row from "@effect-aptrinsic/bulk/Row"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { JobOutcome } from "@effect-aptrinsic/jobs/ImportJob"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Output, stringify } from "../../output/Output.ts"
import { changeText } from "../accounts/plan/lines.ts"
import * as Database from "./database.ts"
import type { states } from "./flags.ts"
import * as Told from "./told.ts"

interface Where {
  readonly database: string | undefined
}

const opened = (args: Where) => Effect.flatMap(Database.addressOf(args.database), Database.open)

const list = Effect.fnUntraced(function* (args: Where) {
  const output = yield* Output
  const { jobs } = yield* opened(args)
  const all = yield* jobs.list
  yield* output.succeed({
    document: { jobs: all.map(Told.document) },
    lines: all.length === 0 ? [] : Told.tableOf(all, output.paint),
  })
  if (all.length === 0) yield* output.note("There are no jobs.")
})

const status = Effect.fnUntraced(function* (args: Where & { readonly id: string }) {
  const output = yield* Output
  const { jobs } = yield* opened(args)
  const found = yield* jobs.status(args.id)
  yield* output.succeed({ document: { job: Told.document(found) }, lines: Told.linesOf(found, output.paint) })
})

const encode = Schema.encodeSync(Row.RowOutcome)

const stateOf = {
  created: "Created",
  updated: "Updated",
  duplicate: "Duplicate",
  failed: "Failed",
  "in-doubt": "InDoubt",
  invalid: "Invalid",
  "under-way": "UnderWay",
} as const satisfies Record<(typeof states)[number], JobOutcome["_tag"]>

/** `in doubt`. */
const wordsOf = ({ _tag }: JobOutcome) => _tag.replaceAll(/\B[A-Z]/gu, " $&").toLowerCase()

const lineOf = (outcome: JobOutcome) => {
  const message = "message" in outcome ? `: ${visible(outcome.message, 300)}` : ""
  const changed = outcome.overwritten === undefined ? "" : `  ${outcome.overwritten.map(changeText).join(", ")}`
  return `row ${outcome.row}  ${visible(outcome.id)}  ${wordsOf(outcome)}${message}${changed}`
}

const documentOf = ({ overwritten, ...outcome }: JobOutcome) => ({
  ...(outcome._tag === "UnderWay" ? outcome : encode(outcome)),
  ...(overwritten === undefined ? {} : { overwritten: overwritten.map((field) => ({ ...field })) }),
})

const results = Effect.fnUntraced(function* (
  args: Where & { readonly id: string; readonly state: ReadonlyArray<(typeof states)[number]> },
) {
  const output = yield* Output
  const { jobs } = yield* opened(args)
  const wanted = args.state.length === 0 ? undefined : args.state.map((state) => stateOf[state])
  yield* Stream.runForEachArray(jobs.results(args.id, wanted), (found) =>
    output.write(
      found.map((outcome) => `${output.json ? stringify(documentOf(outcome)) : lineOf(outcome)}\n`).join(""),
    ),
  )
})

export const run = Effect.fnUntraced(function* (
  args: Where &
    (
      | { readonly what: "list" }
      | { readonly what: "status"; readonly id: string }
      | { readonly what: "results"; readonly id: string; readonly state: ReadonlyArray<(typeof states)[number]> }
    ),
) {
  switch (args.what) {
    case "list":
      return yield* Database.asFailure(list(args))
    case "status":
      return yield* Database.asFailure(status(args))
    case "results":
      return yield* Database.asFailure(results(args))
  }
}, Effect.scoped)
