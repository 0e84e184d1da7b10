/**
 * The header that carries the API key.
 */

/** In lower case, as HTTP clients keep names. It is not a Bearer token. */
export const apiKeyHeader = "x-aptrinsic-api-key"
