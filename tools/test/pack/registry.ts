/**
 * A package registry on loopback: the packed packages, and whatever they depend on, as it is installed in the workspace. It lets npm and
 * Deno install the packages as a user does, without a network, and remembers what they fetched.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync, realpathSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath, pathToFileURL } from "node:url"
import { gzipSync } from "node:zlib"
import { type Manifest, packedManifest, published, readManifest, tarballOf } from "./published.ts"

interface Release {
  readonly manifest: Manifest
  readonly tarball: () => Buffer
}

export interface Registry extends AsyncDisposable {
  readonly url: string
  /** The names of the packages whose tarballs were fetched, in order. */
  readonly fetched: ReadonlyArray<string>
}

/** The directory of an installed package, looked for as Node does: in the `node_modules` of each parent. */
const findInstalled = (name: string, from: URL): URL | undefined => {
  const parent = new URL("../", from)
  const candidate = new URL(`node_modules/${name}/`, from)
  if (existsSync(candidate)) return pathToFileURL(`${realpathSync(candidate)}/`)
  return parent.href === from.href ? undefined : findInstalled(name, parent)
}

const archive = (directory: URL): Buffer =>
  gzipSync(
    execFileSync("tar", ["-cf", "-", "-C", fileURLToPath(directory), "--exclude=./node_modules", "."], {
      maxBuffer: 1 << 30,
    }),
    { level: 1 },
  )

const lazily = <A>(make: () => A): (() => A) => {
  let made: { readonly value: A } | undefined
  return () => (made ??= { value: make() }).value
}

const collect = (): ReadonlyMap<string, Release> => {
  const releases = new Map<string, Release>()
  const addInstalled = (name: string, from: URL): void => {
    if (releases.has(name)) return
    const directory = findInstalled(name, from)
    if (directory === undefined) return
    const manifest = readManifest(directory)
    releases.set(name, { manifest, tarball: lazily(() => archive(directory)) })
    addDependencies(manifest, directory)
  }
  const addDependencies = (manifest: Manifest, from: URL): void => {
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) addInstalled(name, from)
  }
  for (const { directory, name, ...rest } of published) {
    const tarball = tarballOf({ name, ...rest })
    releases.set(name, { manifest: packedManifest(tarball), tarball: lazily(() => readFileSync(tarball)) })
    addDependencies({ name, ...rest }, directory)
  }
  // What a user of TypeScript on Node has installed besides.
  addInstalled("@types/node", new URL("../../", import.meta.url))
  return releases
}

export const startRegistry = async (): Promise<Registry> => {
  const releases = collect()
  const fetched: Array<string> = []
  const server = createServer((request, response) => {
    const [name = "", file] = decodeURIComponent(request.url ?? "")
      .slice(1)
      .split("/-/")
    const release = releases.get(name)
    if (release === undefined) {
      response.writeHead(404).end("{}")
      return
    }
    const { manifest, tarball } = release
    if (file !== undefined) {
      fetched.push(name)
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(tarball())
      return
    }
    const integrity = `sha512-${createHash("sha512").update(tarball()).digest("base64")}`
    const dist = { tarball: `${url}${name}/-/${manifest.version}.tgz`, integrity }
    const versions = { [manifest.version]: { ...manifest, dist } }
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ name, "dist-tags": { latest: manifest.version }, versions }))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    url,
    fetched,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
