/**
 * The tables of jobs, as steps from nothing to what this version knows. A step that was released is never changed: the next one follows it.
 *
 * What an import sends stands in `rows` and is never written again; what became of it stands in `outcomes`, under the number of its journal. Only
 * who holds the latest `fence` of a claim may write outcomes of its part.
 */
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { Step } from "../migrations.ts"

type Sql = SqlClient.SqlClient

const number = (sql: Sql) =>
  sql.onDialectOrElse({
    pg: () => sql.literal("bigint generated always as identity primary key"),
    orElse: () => sql.literal("integer primary key autoincrement"),
  })

const createTables = Effect.gen(function* () {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  yield* sql`create table aptrinsic_journals (
    journal ${number(sql)}, name text not null unique, made_at bigint not null
  )`
  yield* sql`create table aptrinsic_claims (
    journal bigint not null, part integer not null, fence bigint not null, is_held integer not null,
    counted bigint, counts text,
    primary key (journal, part)
  )`
  yield* sql`create table aptrinsic_outcomes (
    journal bigint not null, row_no bigint not null, line bigint, id text not null, state text not null,
    is_update integer not null, detail text, overwritten text,
    primary key (journal, row_no)
  )`
  yield* sql`create table aptrinsic_runs (
    journal bigint not null, run integer not null, began_at bigint not null, start text not null,
    ended_at bigint, ending text,
    primary key (journal, run)
  )`
  yield* sql`create table aptrinsic_pauses (
    journal bigint not null, run integer not null, began_at bigint not null, ended_at bigint not null, reason text not null,
    primary key (journal, run, began_at, reason)
  )`
  yield* sql`create table aptrinsic_jobs (
    journal bigint primary key, id text not null unique, state text not null, api_key text not null, settings text not null,
    digest text not null, rows bigint not null, chunks integer not null, lanes integer not null, run integer not null,
    collected integer not null, halt text, waits_until bigint, failures integer not null, submitted_at bigint not null, changed_at bigint not null
  )`
  yield* sql`create index aptrinsic_jobs_state on aptrinsic_jobs (state, submitted_at)`
  yield* sql`create table aptrinsic_rows (
    journal bigint not null, row_no bigint not null, line bigint, bucket bigint not null, id text not null,
    account text, change text, problem text,
    primary key (journal, row_no)
  )`
  yield* sql`create index aptrinsic_rows_bucket on aptrinsic_rows (journal, bucket, row_no)`
  yield* sql`create table aptrinsic_workers (
    place integer primary key, holder text not null, expires_at bigint not null
  )`
  yield* sql`create table aptrinsic_lanes (
    journal bigint not null, run integer not null, lane integer not null,
    primary key (journal, run, lane)
  )`
})

/** The steps in their order. */
export const steps: ReadonlyArray<Step> = [{ name: "create_tables", run: createTables }]
