/** What the report says of the run itself: by what, with which settings, and how it ended. */
import type { RunEnd, RunStart } from "@effect-aptrinsic/bulk/Run"
import * as Duration from "effect/Duration"
import type * as Schema from "effect/Schema"
import { version } from "../../../version.ts"
import type { Arguments } from "./flags.ts"
import type { Planned } from "./following.ts"
import { type AnyJob, isFile } from "./Job.ts"
import { type Ended, rowCounts } from "./summary.ts"
import type { Tally } from "./Tally.ts"

/** Flags that name files or change the output do not change the import. */
const aside: ReadonlySet<string> = new Set([
  "file",
  "dryRun",
  "preview",
  "mapping",
  "saveMapping",
  "problems",
  "preflight",
  "progress",
  "html",
  "web",
  "report",
  "yes",
] satisfies ReadonlyArray<keyof Arguments>)

const isSaid = (value: Arguments[keyof Arguments]): value is string | number | true | ReadonlyArray<string> =>
  value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)

const said = (args: Arguments) => {
  const settings: Record<string, Schema.Json> = {}
  for (const [name, value] of Object.entries(args)) if (!aside.has(name) && isSaid(value)) settings[name] = value
  return settings
}

const keysOf = (job: AnyJob) =>
  !isFile(job) || job.options.productKeys === undefined ? {} : { productKeys: job.options.productKeys }

/** Which import the way back takes back, and what stays. */
const wayBackOf = (job: AnyJob, plan: Planned | undefined): Pick<RunStart, "wayBack"> => {
  if (isFile(job) || plan?.stays === undefined) return {}
  const { changed, created, lost, unset } = plan.stays
  return { wayBack: { report: job.args.file, startedAt: job.startedAt, stays: { created, lost, unset, changed } } }
}

/** `asked`: requests before the rows. */
export const start = (job: AnyJob, asked: number, plan: Planned | undefined): RunStart => {
  const { args, settings, summary } = job
  return {
    by: `aptrinsic ${version}`,
    rows: summary.rows,
    // A plan says of other rows that they cannot be sent.
    invalid: plan === undefined ? summary.invalid : plan.counts.incomparable,
    asked,
    ...wayBackOf(job, plan),
    settings: {
      ...said(args),
      ...keysOf(job),
      ...(settings.timeout === undefined ? {} : { timeout: `${Duration.toMillis(settings.timeout.value)} ms` }),
      target: settings.server.value.origin,
    },
  }
}

export const end = (ended: Ended, tally: Tally, files: NonNullable<RunEnd["files"]>): RunEnd => {
  const { elapsed, halted, interrupted, isChanged, plan } = ended
  return {
    why: interrupted ? "interrupted" : isChanged ? "changed" : (halted?.kind ?? "done"),
    ...(halted === undefined ? {} : { message: halted.message }),
    ...(Object.keys(files).length === 0 ? {} : { files }),
    counts: {
      ...rowCounts(ended),
      changedRows: ended.changedRows,
      requests: tally.requests() + (plan?.requests ?? 0),
      retries: tally.retries(),
      rateLimited: tally.rateLimited(),
      durationMs: elapsed,
      remainingToday: ended.remainingToday,
    },
  }
}
