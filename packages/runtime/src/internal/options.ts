/**
 * Options that the adapters share, so that a program can move between them unchanged.
 */
import type * as Duration from "effect/Duration"

/**
 * Options of `layerHttpClient`. Bounds on a request as a whole belong to its caller.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface HttpClientOptions {
  /**
   * Connections to one origin at most, those that rest included; a request that finds none waits.
   *
   * @default 256
   */
  readonly connections?: number | undefined
  /**
   * Bound on opening a connection: the name, TCP, TLS and the tunnel of a proxy. Deno's fetch has no such bound and
   * ignores it.
   *
   * @default "10 seconds"
   */
  readonly connectTimeout?: Duration.Input | undefined
  /**
   * How long an idle connection is kept. `0` gives every request a connection of its own, which excludes that any
   * request is given an answer that belongs to another one.
   *
   * @default "4 seconds"
   */
  readonly keepAlive?: Duration.Input | undefined
  /**
   * How long a connection is idle before it is used again. An answer that nobody asked for, from a broken proxy, is
   * recognised when it comes within this time; when it comes later it may be taken for the answer to another request.
   * Together with `connections` it bounds the pace: 256 connections that rest for 250 ms carry 512 requests a second
   * whose answers take 250 ms.
   *
   * @default "250 millis"
   */
  readonly rest?: Duration.Input | undefined
  /**
   * Certificate authorities to trust besides those of the runtime, each a text in PEM format. The layer dies when one holds no certificate.
   *
   * @default [] (`NODE_EXTRA_CA_CERTS` and `DENO_CERT` hold for the whole process)
   */
  readonly ca?: ReadonlyArray<string> | undefined
}

/**
 * Options of `layerHttpServer`.
 *
 * @stability unstable
 * @category options
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
