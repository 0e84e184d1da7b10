/** The pictures that are kept, and a digest of what each page and its data were made from, by which old pictures are told. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const here = fileURLToPath(new URL(".", import.meta.url))
const root = fileURLToPath(new URL("../..", import.meta.url))

export const pictures = join(root, "docs/pictures")
export const record = join(pictures, "made-from.json")

const report = join(root, "apps/cli/src/page/asset.generated.ts")
const pages = {
  live: report,
  plan: report,
  report,
  sandbox: join(root, "packages/sandbox/src/internal/page/asset.generated.ts"),
}

export type Name = keyof typeof pages
export const names = Object.keys(pages) as ReadonlyArray<Name>

export const madeFrom = (name: Name): string => {
  const files = [pages[name], join(here, `${name}.ts`), join(here, "screens.ts")]
  return createHash("sha256")
    .update(Buffer.concat(files.map((file) => readFileSync(file))))
    .digest("hex")
}

export const kept = (): Readonly<Record<string, string>> => JSON.parse(readFileSync(record, "utf8"))
