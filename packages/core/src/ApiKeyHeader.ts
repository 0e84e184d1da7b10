/**
 * The name of the header that carries the API key. A module of its own: the client needs the name and not the whole contract.
 *
 * @since 0.1.0
 */

/**
 * The header that carries the API key, in lower case. It is not a Bearer token.
 *
 * @since 0.1.0
 */
export const apiKeyHeader = "x-aptrinsic-api-key"
