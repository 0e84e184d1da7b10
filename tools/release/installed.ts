/**
 * The packages that a workspace has installed, as releases that a registry can serve: a package with all that it needs, found as Node finds it.
 */
import { execFileSync } from "node:child_process"
import { existsSync, realpathSync } from "node:fs"
import { fileURLToPath, pathToFileURL } from "node:url"
import { gzipSync } from "node:zlib"
import { type Manifest, readManifest } from "./published.ts"

export interface Release {
  readonly manifest: Manifest
  readonly tarball: () => Buffer
}

/** By name, then by version. */
export type Releases = Map<string, Map<string, Release>>

/** Makes a value when it is first asked for, and once. */
export const lazily = <A>(make: () => A): (() => A) => {
  let made: { readonly value: A } | undefined
  return () => (made ??= { value: make() }).value
}

const findInstalled = (name: string, from: URL): URL | undefined => {
  const parent = new URL("../", from)
  const candidate = new URL(`node_modules/${name}/`, from)
  if (existsSync(candidate)) return pathToFileURL(`${realpathSync(candidate)}/`)
  return parent.href === from.href ? undefined : findInstalled(name, parent)
}

/** Equal files of a store are one file with many names, which a registry's tarball must not say: npm leaves out such names. */
export const archive = (directory: URL): Buffer => {
  const options = ["--hard-dereference", "--exclude=./node_modules", "--transform=s,^\\.,package,"]
  const args = ["-cf", "-", "-C", fileURLToPath(directory), ...options, "."]
  return gzipSync(execFileSync("tar", args, { maxBuffer: 1 << 30 }), { level: 1 })
}

export const addRelease = (releases: Releases, release: Release): boolean => {
  const { name, version } = release.manifest
  const versions = releases.get(name) ?? new Map<string, Release>()
  if (versions.has(version)) return false
  releases.set(name, versions.set(version, release))
  return true
}

/** Adds what a package needs, and what that needs; a peer or an option that is not installed is left out. */
export const addDependencies = (releases: Releases, manifest: Manifest, from: URL): void => {
  const { dependencies, optionalDependencies, peerDependencies } = manifest
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    addInstalled(releases, name, from)
  }
}

/** Adds an installed package, looked for from a directory, with all that it needs. */
export const addInstalled = (releases: Releases, name: string, from: URL): void => {
  const directory = findInstalled(name, from)
  if (directory === undefined) return
  const manifest = readManifest(directory)
  // A workspace package is not a release.
  if (manifest.version === undefined || !directory.pathname.includes("/node_modules/")) return
  if (addRelease(releases, { manifest, tarball: lazily(() => archive(directory)) })) {
    addDependencies(releases, manifest, directory)
  }
}
