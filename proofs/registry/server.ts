/**
 * verdaccio on loopback, with a user who may publish. What our packages depend on it takes from a registry beside it, which serves what the
 * workspace has installed.
 */
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { addDependencies, addInstalled, type Releases } from "@effect-aptrinsic/tools/release/installed"
import { published } from "@effect-aptrinsic/tools/release/published"
import { startRegistry } from "@effect-aptrinsic/tools/release/registry"
import { runServer } from "verdaccio"

/** What a consumer installs besides our packages and their dependencies. */
const besides = ["@effect/platform-node", "effect", "typescript", "undici", "vite", "vitest"]

const installed = (): Releases => {
  const releases: Releases = new Map()
  for (const { directory, ...manifest } of published) addDependencies(releases, manifest, directory)
  for (const name of besides) addInstalled(releases, name, new URL("./", import.meta.url))
  return releases
}

export interface Verdaccio extends AsyncDisposable {
  readonly url: string
  readonly token: string
  /** The versions of a package, oldest first. */
  readonly versionsOf: (name: string) => Promise<ReadonlyArray<string>>
}

export const startVerdaccio = async (directory: string): Promise<Verdaccio> => {
  const dependencies = await startRegistry(installed())
  const config = {
    self_path: join(directory, "config.yaml"),
    storage: join(directory, "storage"),
    auth: { htpasswd: { file: join(directory, "htpasswd") } },
    uplinks: { installed: { url: dependencies.url, max_fails: 1000 } },
    packages: {
      "@effect-aptrinsic/*": { access: "$all", publish: "$authenticated" },
      "**": { access: "$all", proxy: "installed" },
    },
    log: { type: "file", path: join(directory, "verdaccio.log"), format: "pretty", level: "warn" },
    max_body_size: "20mb",
    web: { enable: false },
  }
  const server: Server = await runServer(config)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const user = { name: "rehearsal", password: "rehearsal-on-loopback" }
  const answer = await fetch(`${url}-/user/org.couchdb.user:${user.name}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(user),
  })
  const { token } = (await answer.json()) as { readonly token: string }
  return {
    url,
    token,
    versionsOf: async (name) => {
      const response = await fetch(`${url}${name}`)
      const { versions = {} } = (await response.json()) as { readonly versions?: Record<string, unknown> }
      return Object.keys(versions)
    },
    [Symbol.asyncDispose]: async () => {
      await dependencies[Symbol.asyncDispose]()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
