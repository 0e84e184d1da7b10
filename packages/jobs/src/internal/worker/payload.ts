/** A lane as the engine holds it: which one of which run. */
import * as Schema from "effect/Schema"

export const LanePayload = Schema.Struct({
  journal: Schema.Int,
  run: Schema.Int,
  lane: Schema.Int,
  lanes: Schema.Int,
  chunks: Schema.Int,
})
export interface LanePayload extends Schema.Schema.Type<typeof LanePayload> {}
