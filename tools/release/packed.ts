/**
 * A package as it is published: the manifest and the texts of a tarball.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import type { Manifest } from "./published.ts"

export interface Packed {
  readonly manifest: Manifest
  /** By their path in the package. */
  readonly files: ReadonlyMap<string, string>
  /** Bytes of the tarball. */
  readonly packedSize: number
  /** Bytes of its files. */
  readonly unpackedSize: number
}

export const readTarball = (tarball: string): Packed => {
  const directory = mkdtempSync(join(tmpdir(), "packed-"))
  execFileSync("tar", ["-xzf", tarball, "-C", directory, "--strip-components=1"])
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const files = new Map(paths.map((path) => [relative(directory, path), readFileSync(path, "utf8")]))
  const unpackedSize = paths.reduce((sum, path) => sum + statSync(path).size, 0)
  rmSync(directory, { recursive: true })
  const manifest = JSON.parse(files.get("package.json") ?? "{}") as Manifest
  return { manifest, files, packedSize: statSync(tarball).size, unpackedSize }
}
