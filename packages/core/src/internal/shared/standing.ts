/**
 * The standing of the write of a call at each of its steps, for a call that is cut off before its end.
 */
import { isNotDone } from "../../Outcome.ts"
import type { CallEventOf } from "./plain.ts"

export type Standing = "done" | "not done" | "in doubt"

export interface Standings {
  readonly note: (event: CallEventOf<unknown>) => void
  readonly now: () => Standing
}

/** `isInDoubt`: an earlier write may have been done. */
export const makeStandings = (isInDoubt = false): Standings => {
  let now: Standing = isInDoubt ? "in doubt" : "not done"
  let wasLost = isInDoubt
  const after = (event: CallEventOf<unknown> & { readonly _tag: "Answered" }): Standing => {
    const { answer, outcome, request } = event
    if (outcome === "created" || outcome === "updated") return "done"
    wasLost ||= !isNotDone(outcome)
    // The refusal of a PUT says nothing about the one before, and what refuses a POST as a bad one may have met what the one before created.
    const saysNothing = wasLost && (request === "PUT" || answer === "400")
    return saysNothing || !isNotDone(outcome) ? "in doubt" : "not done"
  }
  return {
    note: (event) => {
      if (event.kind === "read") return
      // A write that is out may do what it asks for.
      if (event._tag === "Sending") now = "in doubt"
      if (event._tag === "Answered") now = after(event)
    },
    now: () => now,
  }
}
