/**
 * What the program needs of a platform beside the services of effect. The heavy parts are effects that load them: `--version` and `--help` need
 * neither an HTTP client nor a server.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import type { HttpServer } from "effect/http/HttpServer"
import type { ServeError } from "effect/http/HttpServerError"
import type * as Layer from "effect/Layer"
import type { PlatformError } from "effect/PlatformError"
import type * as Redacted from "effect/Redacted"
import type { Scope } from "effect/Scope"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

/** A database: a file of SQLite, or the URL of a Postgres, which may hold a password. */
export type Address = { readonly file: string } | { readonly url: Redacted.Redacted }

export interface Farewell {
  readonly stdout?: string | undefined
  readonly stderr?: string | undefined
}

export class Platform extends Context.Service<
  Platform,
  {
    readonly processId: number
    readonly hostName: string
    /** The runtime and its version, for people. */
    readonly runtime: string
    /** Writes to stdout and waits until it is written, or is known not to be. */
    readonly print: (part: string | Uint8Array) => Effect.Effect<void, PlatformError>
    readonly httpClient: Effect.Effect<Layer.Layer<HttpClient>>
    /** Keeps the heap small in a long run whose objects live shortly. */
    readonly keepHeapSmall: Effect.Effect<void, never, Scope>
    /** Does to the process what Ctrl-C does. */
    readonly interrupt: Effect.Effect<void>
    /** What to say should a second signal end the process at once. */
    readonly onAbort: (farewell: () => Farewell) => Effect.Effect<void>
    /** A temporary file that must not outlive the process, should it end so. */
    readonly removeOnAbort: (path: string) => Effect.Effect<void>
    readonly httpServer: Effect.Effect<
      (options: {
        readonly port: number
        readonly hostname?: string | undefined
      }) => Layer.Layer<HttpServer, ServeError>
    >
    readonly database: Effect.Effect<(address: Address) => Layer.Layer<SqlClient, SqlError>>
  }
>()("@effect-aptrinsic/cli/Platform") {}

/** Wraps a read that may never end, as that of a pipe to which nobody writes: neither an interrupt nor the end of the process waits for it. */
export const Unended = Context.Reference<<A, E>(read: Effect.Effect<A, E>) => Effect.Effect<A, E>>(
  "@effect-aptrinsic/cli/Platform/Unended",
  { defaultValue: () => (read) => read },
)
