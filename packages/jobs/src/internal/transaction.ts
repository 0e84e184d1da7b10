/**
 * Transactions over connections that may break.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as SqlError from "effect/sql/SqlError"

/** A connection that breaks undoes its transaction and cannot be told to, of which `SqlClient` dies: it is an error of the database as well. */
export const failWhereBroken = <A, E, R>(
  transaction: Effect.Effect<A, E, R>,
): Effect.Effect<A, E | SqlError.SqlError, R> =>
  Effect.catchCause(transaction, (cause): Effect.Effect<never, E | SqlError.SqlError> => {
    const defects = cause.reasons.filter(Cause.isDieReason).map(({ defect }) => defect)
    const broken = defects.find(SqlError.isSqlError)
    return broken === undefined ? Effect.failCause(cause) : Effect.fail(broken)
  })
