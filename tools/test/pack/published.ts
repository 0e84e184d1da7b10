/**
 * The packages that are published, and what their tarballs hold.
 */
import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly bin?: Record<string, string>
  readonly exports?: Record<string, unknown>
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean }
  readonly scripts?: Record<string, string>
  readonly dependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}

export const tarballDirectory = fileURLToPath(new URL("../../tarballs/", import.meta.url))

export const readManifest = (directory: URL): Manifest =>
  JSON.parse(readFileSync(new URL("package.json", directory), "utf8"))

export const published = ["packages/", "apps/"]
  .map((parent) => new URL(`../../../${parent}`, import.meta.url))
  .flatMap((parent) => readdirSync(parent).map((name) => new URL(`${name}/`, parent)))
  .map((directory) => ({ directory, ...readManifest(directory) }))
  .filter((manifest) => manifest.private !== true)

/** The path of a package's tarball, as pnpm and npm name it. */
export const tarballOf = ({ name, version }: Manifest): string =>
  `${tarballDirectory}${name.replace("@", "").replace("/", "-")}-${version}.tgz`

/** The files of a tarball, without the `package/` that npm puts before each. */
export const filesOf = (tarball: string): ReadonlyArray<string> =>
  execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((file) => file.replace(/^package\//u, ""))

export const packedManifest = (tarball: string): Manifest =>
  JSON.parse(execFileSync("tar", ["-xzOf", tarball, "package/package.json"], { encoding: "utf8" }))
