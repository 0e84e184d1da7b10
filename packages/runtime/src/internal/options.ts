/**
 * Options that the adapters share, so that a program can move between them unchanged.
 */
import type * as Duration from "effect/Duration"

/**
 * Options of `layerHttpClient`. Bounds on a request as a whole belong to its caller.
 *
 * @since 0.1.0
 */
export interface HttpClientOptions {
  /**
   * Sockets per origin. Deno's fetch manages its own pool and ignores it.
   *
   * @default 64
   */
  readonly connections?: number | undefined
  /**
   * Bound on opening a connection. Ignored by Deno's fetch.
   *
   * @default "10 seconds"
   */
  readonly connectTimeout?: Duration.Input | undefined
  /**
   * How long an idle socket is kept for the next request. Ignored by Deno's fetch.
   *
   * @default "4 seconds"
   */
  readonly keepAlive?: Duration.Input | undefined
}

/**
 * Options of `layerHttpServer`.
 *
 * @since 0.1.0
 */
export interface HttpServerOptions {
  /**
   * The port; 0 takes a free one.
   *
   * @default 0
   */
  readonly port?: number | undefined
  /**
   * The address to bind.
   *
   * @default "127.0.0.1"
   */
  readonly hostname?: string | undefined
}
