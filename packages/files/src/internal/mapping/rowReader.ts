/**
 * The reader of rows as programs see it: a value that they hand on.
 */

export const TypeId = "~@effect-aptrinsic/files/RowReader"

/**
 * Reads rows by a mapping. `Check.check` takes it.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface RowReader {
  readonly [TypeId]: typeof TypeId
}
