/**
 * The timeline of each key in a table, a row a key, in SQLite and in Postgres. The clock is the database's.
 */
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Step } from "../migrations.ts"
import {
  type Ask,
  gap,
  hold,
  holdOnce,
  horizon,
  type Lease,
  limitMemory,
  probeBound,
  quiet,
  type Report,
  type TimelineStore,
} from "./timelineStore.ts"

const table = "aptrinsic_budget"

export const createTimelines: Step = {
  name: "timelines",
  run: SqlClient.SqlClient.use((sql) =>
    sql.unsafe(`CREATE TABLE ${table} (
      key TEXT PRIMARY KEY,
      seen DOUBLE PRECISION NOT NULL,
      slots INTEGER NOT NULL,
      granted INTEGER NOT NULL,
      start DOUBLE PRECISION NOT NULL,
      next DOUBLE PRECISION NOT NULL,
      since DOUBLE PRECISION NOT NULL,
      pace DOUBLE PRECISION,
      paced_at DOUBLE PRECISION NOT NULL DEFAULT 0,
      version INTEGER NOT NULL DEFAULT 0,
      is_paused INTEGER NOT NULL DEFAULT 0,
      is_firm INTEGER NOT NULL DEFAULT 0,
      paused_until DOUBLE PRECISION NOT NULL DEFAULT 0,
      probe_until DOUBLE PRECISION NOT NULL DEFAULT 0,
      quota TEXT,
      held_until DOUBLE PRECISION NOT NULL DEFAULT 0
    )`),
  ),
}

interface Row {
  readonly seen: number
  readonly granted: number
  readonly start: number
  readonly next: number
  readonly since: number
  readonly pace: number | null
  readonly version: number
  readonly is_paused: number
  readonly is_firm: number
  readonly paused_until: number
  readonly quota: string | null
  readonly held_until: number
}

const leaseOf = (row: Row): Lease => ({
  now: row.seen,
  granted: row.granted,
  start: row.start,
  next: row.next,
  since: row.since,
  limit: row.pace ?? undefined,
  version: row.version,
  isPaused: row.is_paused !== 0,
  isFirm: row.is_firm !== 0,
  pausedUntil: row.paused_until,
  quota: row.quota ?? undefined,
  heldUntil: row.held_until,
})

type Flags = Pick<Ask, "isBack" | "isProbe" | "isTrial">

/**
 * What becomes of the row of a key that asks for turns. `b` is the row as it was, `excluded` as it would be were it new; its times are of one
 * reading of the clock, at the beginning of the statement.
 */
const updateOf = ({ greatest, least }: Dialect, { isBack, isProbe, isTrial }: Flags) => {
  const holds = isBack ? `b.held_until < excluded.seen - ${holdOnce}` : "false"
  const isHeld = `(${holds} OR b.held_until > excluded.seen)`
  const isOpen = `b.is_paused = 0 AND NOT ${isHeld}`
  const isSooner = `${isProbe ? " OR b.is_firm = 0" : ""}${isTrial ? " OR b.quota IS NOT NULL" : ""}`
  const isDue = `(b.paused_until <= excluded.seen${isSooner})`
  const isTried = `b.is_paused = 1 AND NOT ${isHeld} AND ${isDue} AND b.probe_until <= excluded.seen`
  const heldUntil = `CASE WHEN ${holds} THEN excluded.seen + ${hold} ELSE b.held_until END`
  const start = `${greatest}(${least}(b.next, excluded.seen + ${horizon}), excluded.start)`
  const isForgotten = `b.pace IS NOT NULL AND b.paced_at < excluded.seen - ${limitMemory}`
  return `
    seen = excluded.seen,
    slots = excluded.slots,
    granted = CASE WHEN ${isOpen} THEN excluded.slots WHEN ${isTried} THEN 1 ELSE 0 END,
    start = CASE WHEN ${isOpen} THEN ${start} WHEN ${isTried} THEN excluded.seen ELSE ${heldUntil} END,
    next = CASE WHEN ${isOpen} THEN ${start} + excluded.next - excluded.start ELSE b.next END,
    since = CASE WHEN ${isOpen} AND b.next < excluded.seen - ${gap} THEN excluded.start ELSE b.since END,
    pace = CASE WHEN ${isForgotten} THEN NULL ELSE b.pace END,
    version = CASE WHEN ${isForgotten} THEN b.version + 1 ELSE b.version END,
    probe_until = CASE WHEN ${isTried} THEN excluded.seen + ${probeBound} ELSE b.probe_until END,
    held_until = ${heldUntil}${isTrial ? `, is_firm = CASE WHEN ${isTried} THEN 0 ELSE b.is_firm END` : ""}`
}

interface Dialect {
  readonly clock: string
  readonly greatest: string
  readonly least: string
}

/** `clock` is the database's own unless a test sets one. */
const dialectOf = (sql: SqlClient.SqlClient, clock: string | undefined): Dialect =>
  sql.onDialectOrElse({
    pg: () => ({
      clock: clock ?? "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS DOUBLE PRECISION)",
      greatest: "greatest",
      least: "least",
    }),
    orElse: () => ({ clock: clock ?? "unixepoch('subsec') * 1000.0", greatest: "max", least: "min" }),
  })

const makeLease = (sql: SqlClient.SqlClient, dialect: Dialect): TimelineStore<SqlError>["lease"] => {
  const now = sql.literal(dialect.clock)
  const updates = [0, 1, 2, 3, 4, 5, 6, 7].map((flags) =>
    sql.literal(
      updateOf(dialect, { isBack: (flags & 2) !== 0, isProbe: (flags & 1) !== 0, isTrial: (flags & 4) !== 0 }),
    ),
  )
  return (key, { ahead, isBack, isProbe, isTrial, slots, spacing }) =>
    sql<Row>`INSERT INTO ${sql(table)} AS b (key, seen, slots, granted, start, next, since, held_until)
      SELECT CAST(${key} AS TEXT), t, CAST(${slots} AS INTEGER), CAST(${isBack ? 0 : slots} AS INTEGER), t + CAST(${ahead} AS DOUBLE PRECISION),
        t + CAST(${ahead + slots * spacing} AS DOUBLE PRECISION), t + CAST(${ahead} AS DOUBLE PRECISION), CAST(${Number(isBack)} AS INTEGER) * (t + ${sql.literal(String(hold))})
      FROM (SELECT ${now} AS t) AS clock WHERE true
      ON CONFLICT (key) DO UPDATE SET ${updates[Number(isTrial) * 4 + Number(isBack) * 2 + Number(isProbe)]!}
      RETURNING *`.pipe(Effect.map(([row]) => leaseOf(row!)))
}

const makeReport = (sql: SqlClient.SqlClient, dialect: Dialect): TimelineStore<SqlError>["report"] => {
  const now = sql.literal(dialect.clock)
  const greatest = sql.literal(dialect.greatest)
  const changed = (key: string, report: Report) => {
    switch (report._tag) {
      case "Paused": {
        const { duration, isFirm, quota = null } = report
        return sql<Row>`UPDATE ${sql(table)} SET
          paused_until = ${greatest}(is_paused * paused_until, ${now} + CAST(${duration} AS DOUBLE PRECISION)),
          is_firm = ${greatest}(is_paused * is_firm, CAST(${Number(isFirm)} AS INTEGER)), is_paused = 1, probe_until = 0,
          quota = coalesce(CAST(${quota} AS TEXT), quota) WHERE key = ${key} RETURNING *`
      }
      case "Over":
        return sql<Row>`UPDATE ${sql(table)} SET is_paused = 0, is_firm = 0, quota = NULL,
          since = CASE WHEN next < ${now} - ${sql.literal(String(quiet))} THEN ${now} ELSE since END
          WHERE key = ${key} AND is_paused = 1 AND (is_firm = 0 OR paused_until <= ${now}) RETURNING *`
      case "Limit":
        return sql<Row>`UPDATE ${sql(table)} SET pace = CAST(${report.limit} AS DOUBLE PRECISION), paced_at = ${now}, version = version + 1
          WHERE key = ${key} AND version = CAST(${report.version} AS INTEGER) RETURNING *`
    }
  }
  return (key, report) => Effect.map(changed(key, report), ([row]) => row?.version)
}

/** Over the tables that `createTimelines` makes. `clock` is the expression of a clock that a test sets. */
export const makeSqlTimeline = (sql: SqlClient.SqlClient, clock?: string): TimelineStore<SqlError> => {
  const dialect = dialectOf(sql, clock)
  return { lease: makeLease(sql, dialect), report: makeReport(sql, dialect) }
}
