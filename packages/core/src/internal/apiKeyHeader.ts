/**
 * The name of the header that carries the API key. A module of its own: the client needs the name and not the whole contract.
 */

/** The header that carries the API key, in lower case. It is not a Bearer token. */
export const apiKeyHeader = "x-aptrinsic-api-key"
