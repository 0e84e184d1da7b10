/**
 * Packs every published package with pnpm, which alone applies `publishConfig.exports`, into `tools/tarballs`.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { published, tarballDirectory } from "./published.ts"

rmSync(tarballDirectory, { recursive: true, force: true })
mkdirSync(tarballDirectory)

for (const { directory, name } of published) {
  const { status, stderr, stdout } = spawnSync("pnpm", ["pack", "--pack-destination", tarballDirectory], {
    cwd: fileURLToPath(directory),
    encoding: "utf8",
  })
  if (status !== 0) throw new Error(`${name} was not packed: ${stdout}${stderr}`)
}
