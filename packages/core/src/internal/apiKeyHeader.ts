/**
 * The name of the header that carries the API key. A module of its own: the client needs the name and not the whole contract.
 */

/**
 * The header that carries the API key, in lower case. It is not a Bearer token.
 *
 * **Example** (Leaving the key out of a log)
 *
 * ```ts
 * import { AccountsApi } from "@effect-aptrinsic/core"
 *
 * const headers = { accept: "application/json", [AccountsApi.apiKeyHeader]: "the-key" }
 * const logged = Object.keys(headers).filter((name) => name !== AccountsApi.apiKeyHeader)
 *
 * console.log(logged) // [ 'accept' ]
 * ```
 *
 * @stability unstable
 * @category constants
 * @since 0.1.0
 */
export const apiKeyHeader = "x-aptrinsic-api-key"
