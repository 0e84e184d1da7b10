/**
 * Clients with a bug in them, each of a kind that is easy to write: the checks must find every one.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as Latch from "effect/Latch"
import type * as RateBudget from "../../src/RateBudget.ts"
import type { Variant } from "./simulate.ts"

/** The library's own retry below ours: it sends a POST again when its answer was lost, before anything is settled. */
const resendsBeforeSettling: Variant = { client: HttpClient.retryTransient({ times: 1 }) }

/** Takes a dropped connection for one that was never made. */
const takesLostForUnsent: Variant = {
  client: HttpClient.transform((response, request) =>
    Effect.mapError(response, () => {
      const cause = Object.assign(new Error("connect"), { code: "ECONNREFUSED" })
      return new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
    }),
  ),
}

/** After a pause every grant lets a second request go along. */
const grantsTwiceAfterPause: Variant = {
  gate: (gate) => {
    let companion: Latch.Latch | undefined
    let paused = false
    return {
      ...gate,
      admit: (request) =>
        Effect.suspend(() => {
          const regular = gate.admit({
            ...request,
            send: Effect.suspend(() => {
              companion?.openUnsafe()
              companion = undefined
              return request.send
            }),
            verdict: (exit) => {
              const verdict = request.verdict(exit)
              if (verdict._tag === "Throttled") paused = true
              return verdict
            },
          })
          if (!paused || companion !== undefined) return regular
          const latch = Latch.makeUnsafe(false)
          companion = latch
          return Effect.timeoutOption(latch.await, 3000).pipe(
            Effect.flatMap((granted) =>
              granted._tag === "None"
                ? regular
                : Effect.onExit(request.send, (exit) => Effect.sync(() => void request.verdict(exit))),
            ),
          )
        }),
    }
  },
}

/** A caller that goes away while its request is under way takes the permit along. */
const leaksPermits: Variant = {
  gate: (gate) => {
    const lost: RateBudget.Admit<void, never, never> = {
      lane: "retry",
      patience: Number.POSITIVE_INFINITY,
      send: Effect.never,
      verdict: () => ({ _tag: "Unsent" }),
    }
    return {
      ...gate,
      admit: (request) =>
        gate.admit({
          ...request,
          send: Effect.onInterrupt(request.send, () => Effect.forkDetach(Effect.ignore(gate.admit(lost)))),
        }),
    }
  },
}

/** Does not hear the server ask for a pause. */
const ignoresRejections: Variant = {
  gate: (gate) => ({
    ...gate,
    admit: (request) =>
      gate.admit({
        ...request,
        verdict: (exit) => {
          const verdict = request.verdict(exit)
          return verdict._tag === "Throttled" ? { _tag: "Answered" } : verdict
        },
      }),
  }),
}

/** Paces every request by a gate of its own. */
const exceedsTheRate: Variant = {
  gate: (gate) => ({
    ...gate,
    admit: (request) => Effect.onExit(request.send, (exit) => Effect.sync(() => void request.verdict(exit))),
  }),
}

export const plantedBugs: ReadonlyArray<readonly [name: string, variant: Variant, invariant: string]> = [
  ["a resend before settling", resendsBeforeSettling, "no POST leaves while the outcome of an earlier one is unknown"],
  [
    "a lost answer taken for an unsent request",
    takesLostForUnsent,
    "no POST leaves while the outcome of an earlier one is unknown",
  ],
  ["a double grant after a pause", grantsTwiceAfterPause, "a pause ends with a single probe"],
  ["a leaked permit", leaksPermits, "no permit is lost"],
  ["a pause that is not kept", ignoresRejections, "nobody leaves during a pause"],
  ["requests that no gate paces", exceedsTheRate, "never above the rate"],
]
