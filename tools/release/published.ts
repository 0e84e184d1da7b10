/**
 * The packages that are published, and what their tarballs hold.
 */
import { execFileSync } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly license?: string
  readonly homepage?: string
  readonly bugs?: { readonly url?: string }
  readonly repository?: { readonly directory?: string }
  readonly funding?: unknown
  readonly engines?: Record<string, string>
  readonly bin?: Record<string, string>
  readonly exports?: Record<string, unknown>
  readonly publishConfig?: { readonly access?: string }
  readonly scripts?: Record<string, string>
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
  readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }>
}

export const tarballDirectory = fileURLToPath(new URL("../tarballs/", import.meta.url))

export const readManifest = (directory: URL): Manifest =>
  JSON.parse(readFileSync(new URL("package.json", directory), "utf8"))

const workspace = new URL("../../", import.meta.url)

const manifests = globSync(["*/package.json", "{apps,packages}/*/package.json"], { cwd: fileURLToPath(workspace) })
  .toSorted()
  .map((path) => new URL("./", new URL(path, workspace)))
  .map((directory) => ({ directory, ...readManifest(directory) }))

export const published = manifests.filter((manifest) => manifest.private !== true)

/** Those that one program can have together: npm refuses the bridge for programs on Effect 3 beside Effect 4. */
export const forEffect4 = published.filter(({ peerDependencies }) => !peerDependencies?.["effect"]?.startsWith("^3"))

/** The packages of the workspace that are never published. */
export const privateNames: ReadonlySet<string> = new Set(
  manifests.filter((manifest) => manifest.private === true).map(({ name }) => name),
)

/** The path of a package's tarball, as pnpm and npm name it. */
export const tarballOf = ({ name, version }: Manifest): string =>
  `${tarballDirectory}${name.replace("@", "").replace("/", "-")}-${version}.tgz`

export const packedManifest = (tarball: string): Manifest =>
  JSON.parse(execFileSync("tar", ["-xzOf", tarball, "package/package.json"], { encoding: "utf8" }))
