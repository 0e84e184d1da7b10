/**
 * verdaccio on loopback, which trusts a workflow to publish. What our packages depend on it takes from a registry beside it, which serves what
 * the workspace has installed.
 */
import { spawnSync } from "node:child_process"
import type { Server } from "node:http"
import { createRequire } from "node:module"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { addDependencies, addInstalled, type Releases } from "@effect-aptrinsic/tools/release/installed"
import { published } from "@effect-aptrinsic/tools/release/published"
import { startRegistry } from "@effect-aptrinsic/tools/release/registry"
import { startTrust, type Trust } from "./trust.ts"

/** verdaccio brings 276 packages, so it is installed where it is used and not with the workspace. */
const home = fileURLToPath(new URL("verdaccio/", import.meta.url))

/** Installs verdaccio as its lockfile says, and tells whether it is there now. */
export const installVerdaccio = (): boolean =>
  spawnSync("pnpm", ["install", "--frozen-lockfile"], { cwd: home, stdio: ["ignore", "ignore", "inherit"] }).status ===
  0

interface Module {
  readonly runServer: (config: object) => Promise<Server>
}

/** What a consumer installs besides our packages and their dependencies. */
export const besides = ["@effect/platform-node", "@types/node", "effect", "typescript", "undici", "vite", "vitest"]

const installed = (): Releases => {
  const releases: Releases = new Map()
  for (const { directory, ...manifest } of published) addDependencies(releases, manifest, directory)
  for (const name of besides) addInstalled(releases, name, new URL("./", import.meta.url))
  return releases
}

export interface Verdaccio extends Trust {
  /** The versions of a package, oldest first. */
  readonly versionsOf: (name: string) => Promise<ReadonlyArray<string>>
}

export const startVerdaccio = async (directory: string): Promise<Verdaccio> => {
  const dependencies = await startRegistry(installed())
  const config = {
    self_path: join(directory, "config.yaml"),
    storage: join(directory, "storage"),
    auth: { htpasswd: { file: join(directory, "htpasswd") } },
    // It makes a tarball when it is first asked for one, which holds up the others.
    uplinks: { installed: { url: dependencies.url, max_fails: 1000, timeout: "5m" } },
    packages: {
      "@effect-aptrinsic/*": { access: "$all", publish: "$authenticated" },
      "**": { access: "$all", proxy: "installed" },
    },
    log: { type: "file", path: join(directory, "verdaccio.log"), format: "pretty", level: "warn" },
    max_body_size: "20mb",
    web: { enable: false },
  }
  const { runServer } = createRequire(join(home, "package.json"))("verdaccio") as Module
  const server = await runServer(config)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const user = { name: "rehearsal", password: "rehearsal-on-loopback" }
  const answer = await fetch(`${own}-/user/org.couchdb.user:${user.name}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(user),
  })
  const { token } = (await answer.json()) as { readonly token: string }
  const trust = await startTrust(own, token)
  return {
    ...trust,
    versionsOf: async (name) => {
      const response = await fetch(`${own}${name}`)
      const { versions = {} } = (await response.json()) as { readonly versions?: Record<string, unknown> }
      return Object.keys(versions)
    },
    [Symbol.asyncDispose]: async () => {
      await trust[Symbol.asyncDispose]()
      await dependencies[Symbol.asyncDispose]()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
