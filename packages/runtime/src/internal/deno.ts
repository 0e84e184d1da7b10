/**
 * The part of Deno's API that the adapter uses: declared, so that the package needs no ambient Deno types to compile.
 */

export interface DenoClient {
  readonly close: () => void
}

export interface ClientOptions {
  readonly caCerts: ReadonlyArray<string>
  readonly http2: boolean
  readonly poolIdleTimeout: number
  readonly poolMaxIdlePerHost: number
  readonly proxy?: { readonly transport: "tcp"; readonly hostname: string; readonly port: number } | undefined
}

type Permission =
  | { readonly name: "env"; readonly variable?: string | undefined }
  | { readonly name: "read"; readonly path: string }

export interface DenoApi {
  readonly createHttpClient: (options: ClientOptions) => DenoClient
  readonly env: {
    readonly get: (name: string) => string | undefined
    readonly set: (name: string, value: string) => void
    readonly delete: (name: string) => void
  }
  readonly permissions: { readonly querySync: (permission: Permission) => { readonly state: string } }
  readonly serve: (
    options: { readonly port: number; readonly hostname: string; readonly onListen: () => void },
    handler: (request: Request) => Promise<Response>,
  ) => { readonly addr: { readonly hostname: string; readonly port: number }; readonly shutdown: () => Promise<void> }
}

declare const Deno: DenoApi

/** Whether something may be used without the user being asked for it. */
export const isGranted = (permission: Permission): boolean => Deno.permissions.querySync(permission).state === "granted"

export const isReadable = (variable: string): boolean => isGranted({ name: "env", variable })

/** A variable of the environment, nothing where it may not be read. */
export const readVariable = (name: string): string | undefined => (isReadable(name) ? Deno.env.get(name) : undefined)
