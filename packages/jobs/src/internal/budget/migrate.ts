/** Brings the tables of the shared pace and of the day to what this version knows. */
import { migrate } from "../migrations.ts"
import { createCounts } from "./sqlCounts.ts"
import { createTimelines } from "./sqlTimeline.ts"

export const migrateBudget = migrate("aptrinsic_budget_migrations", [createTimelines, createCounts])
