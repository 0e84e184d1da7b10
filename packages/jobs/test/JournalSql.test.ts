import { journalLaws } from "@effect-aptrinsic/bulk/test/journalLaws"
import * as JournalSql from "@effect-aptrinsic/jobs/JournalSql"
import { afterAll } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { layerPostgres, layerSqlite } from "./databases.ts"

for (const [name, database] of Object.entries({ SQLite: layerSqlite, Postgres: layerPostgres })) {
  const runtime = ManagedRuntime.make(Layer.orDie(database))
  afterAll(() => runtime.dispose())
  let journals = 0
  journalLaws(
    `a journal in ${name}`,
    Effect.map(runtime.contextEffect, (context) =>
      Layer.provide(
        Layer.orDie(JournalSql.layer({ name: `law \0\uD800 ${++journals}` })),
        Layer.succeedContext(context),
      ),
    ),
  )
}
