/** Writes the version of core into the module that tells servers of it: `changeset version` changes manifests alone. */
import { readFileSync, writeFileSync } from "node:fs"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")
const source = "../../packages/core/src/internal/userAgent.ts"

const { version } = JSON.parse(read("../../packages/core/package.json")) as { readonly version: string }
const stamped = read(source).replace(/(export const version = ")[^"]*(")/, `$1${version}$2`)
writeFileSync(new URL(source, import.meta.url), stamped)
