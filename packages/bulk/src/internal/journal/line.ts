/**
 * The lines of a journal file: a header that says which import it is of, then one line for every step of a row.
 */
import * as Schema from "effect/Schema"
import type { SentRow } from "../../Journal.ts"
import type { RowOutcome, RowState } from "../../RowOutcome.ts"
import { maxRow } from "../rowStates.ts"

/** What an import is of. Two runs belong together when all of it is equal. */
export const Subject = Schema.Struct({
  /** The name of what is imported, for people. */
  file: Schema.String,
  /** The digest of its content. */
  content: Schema.String,
  /** The digest of how it is read: format, encoding, mapping. */
  mapping: Schema.String,
  /** The origin of the API. */
  target: Schema.String,
})
export interface Subject extends Schema.Schema.Type<typeof Subject> {}

export const Header = Schema.Struct({
  v: Schema.Literal(1),
  kind: Schema.Literal("aptrinsic.import"),
  subject: Subject,
  startedAt: Schema.String,
})

const steps = ["sent", "created", "duplicate", "failed", "in_doubt", "invalid", "released"] as const
type Step = (typeof steps)[number]

export const Line = Schema.Struct({
  s: Schema.Literals(steps),
  row: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: maxRow })),
  line: Schema.optionalKey(Schema.Int),
  id: Schema.String,
  at: Schema.optionalKey(Schema.String),
  confirmed: Schema.optionalKey(Schema.Boolean),
  differences: Schema.optionalKey(Schema.Array(Schema.String)),
  code: Schema.optionalKey(Schema.String),
  message: Schema.optionalKey(Schema.String),
})
export interface Line extends Schema.Schema.Type<typeof Line> {}

export const stateOf: Record<Step, RowState> = {
  sent: "InDoubt",
  created: "Created",
  duplicate: "Duplicate",
  failed: "Failed",
  in_doubt: "InDoubt",
  invalid: "Invalid",
  released: "New",
}

const words: Record<RowOutcome["_tag"], Step> = {
  Created: "created",
  Duplicate: "duplicate",
  Failed: "failed",
  InDoubt: "in_doubt",
  Invalid: "invalid",
}

export const stepLine = (s: "sent" | "released", { id, line, row }: SentRow, at: string): string =>
  `${JSON.stringify({ s, row, line, id, at } satisfies { [Name in keyof Line]?: unknown })}\n`

export const outcomeLine = ({ _tag, ...outcome }: RowOutcome, at: string): string => {
  const { id, line, row, ...details } = outcome
  return `${JSON.stringify({ s: words[_tag], row, line, id, at, ...details })}\n`
}
