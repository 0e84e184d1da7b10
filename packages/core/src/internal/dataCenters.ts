/**
 * Where PX is. Apart from the options, whose configuration has to know the names.
 */

/**
 * The vendor's data centers. A key belongs to one subscription in one of them.
 *
 * **Example** (The address of a data center)
 *
 * ```ts
 * import { Options } from "@effect-aptrinsic/core"
 *
 * console.log(Options.dataCenters.eu) // https://api-eu.aptrinsic.com
 * ```
 *
 * @stability stable
 * @category constants
 * @since 0.1.0
 */
export const dataCenters = {
  us: "https://api.aptrinsic.com",
  eu: "https://api-eu.aptrinsic.com",
  us2: "https://api-us2.aptrinsic.com",
} as const
