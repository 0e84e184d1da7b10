/** The page of an import while it runs, `--web`: its journal is watched, and the page is served for as long as the journal is open. */
import * as LiveSummary from "@effect-aptrinsic/bulk/internal/shared/liveSummary"
import { Journal } from "@effect-aptrinsic/bulk/Journal"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { usage } from "../../../output/Failure.ts"
import { serve } from "../../../page/serve.ts"
import { Platform } from "../../../Platform.ts"
import type { AnyJob } from "./Job.ts"
import type { Held } from "./send.ts"
import { targetOf } from "./subject.ts"

/** The journal of a job, which is served as a page. */
export const watched = <E, R>(
  { args, label, settings, summary: { rows } }: AnyJob,
  reportPath: string,
  unchanged: number,
  held: Held,
  journal: Layer.Layer<Journal, E, R>,
) => {
  const layer = Effect.gen(function* () {
    const { httpServer, interrupt } = yield* Platform
    const { journal, summary } = yield* LiveSummary.watch(yield* Journal, {
      file: label,
      journal: reportPath,
      target: targetOf(settings),
      rows,
      unchanged,
      perDay: args.dailyQuota,
      remaining: Effect.provideContext(Accounts.remainingToday, yield* Effect.context<Accounts.Accounts>()),
    })
    const server = Layer.build((yield* httpServer)({ port: 0 }))
    const address = yield* server.pipe(
      Effect.flatMap((context) =>
        Effect.provideContext(
          serve({ summary, waiting: (now) => held.tally?.obstacle(now), stop: interrupt }),
          context,
        ),
      ),
      Effect.catchTag("ServeError", () =>
        usage(
          "The page of --web cannot be served: no port of 127.0.0.1 can be opened.",
          "Leave out --web; --html FILE leaves a page when the import ends.",
        ),
      ),
    )
    // With --json and --quiet too: nobody would know where it is.
    yield* Console.error(`Watch it at ${address}`)
    return journal
  })
  return Layer.effect(Journal, layer).pipe(Layer.provide(journal))
}
