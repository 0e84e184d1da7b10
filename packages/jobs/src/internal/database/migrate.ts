/**
 * Brings the tables of jobs to what this version knows, when the database is opened.
 */
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { JobError } from "../../JobError.ts"
import { migrateBudget } from "../budget/migrate.ts"
import { migrate } from "../migrations.ts"
import { describe, tooNew } from "./failure.ts"
import { steps } from "./tables.ts"

/**
 * The tables of jobs and of the pace of their workers. Fails with `JobError`: `Unavailable`, or `NewerSchema` where a later version was here before,
 * whose tables are left alone.
 */
export const migrateJobs: Effect.Effect<void, JobError, SqlClient> = migrate("aptrinsic_jobs_migrations", steps).pipe(
  Effect.andThen(migrateBudget),
  Effect.catchTags({
    DatabaseTooNew: (error) => Effect.fail(tooNew(error)),
    SqlError: (error) =>
      Effect.fail(
        new JobError({
          kind: "Unavailable",
          message: `The tables of jobs cannot be made: ${describe(error)}.`,
          hint: "Check the address of the database, and that its user may create tables.",
        }),
      ),
  }),
)
