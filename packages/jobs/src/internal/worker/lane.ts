/**
 * One of the lanes of a job: a durable execution that goes through every so many-th chunk, each an activity whose result is kept. Lanes of a job
 * are spread over the workers; one whose worker dies goes on elsewhere behind its last chunk.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Activity from "effect/workflow/Activity"
import * as Workflow from "effect/workflow/Workflow"
import { makeChunk } from "./chunk.ts"
import { endLane } from "./laneEnd.ts"
import { LanePayload } from "./payload.ts"

export const Lane = Workflow.make("AptrinsicImportLane", {
  payload: LanePayload,
  idempotencyKey: ({ journal, lane, run }) => `${journal}/${run}/${lane}`,
})

/** Registers what a lane does. */
export const layerLane = Lane.toLayer((payload) =>
  Effect.gen(function* () {
    for (let chunk = payload.lane; chunk < payload.chunks; chunk += payload.lanes) {
      const goesOn = yield* Activity.make({
        name: `chunk-${chunk}`,
        success: Schema.Boolean,
        execute: makeChunk(payload, chunk),
      })
      if (!goesOn) return
    }
    yield* Activity.make({ name: "end", execute: endLane(payload) })
  }),
)
