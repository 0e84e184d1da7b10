/**
 * A temporary copy of the workspace to plant violations in. Its packages share the installed dependencies of the original.
 */
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, delimiter, dirname, join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("../../../", import.meta.url))

/** What no check needs, or what a suite that runs at the same time may delete while it is copied. */
const leftOut = /^(\.(?!oxfmtrc|gitignore).*|dist|packed|tarballs|test|test-results)$/u

export interface WorkspaceCopy {
  readonly path: string
  readonly plant: (file: string, source: string) => void
  readonly remove: (file: string) => void
  readonly run: (
    command: string,
    ...args: ReadonlyArray<string>
  ) => { readonly status: number | null; readonly output: string }
  readonly dispose: () => void
}

export const copyWorkspace = (): WorkspaceCopy => {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "planted-")))
  cpSync(root, path, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => source !== join(root, "node_modules") && !leftOut.test(basename(source)),
  })
  symlinkSync(join(root, "node_modules"), join(path, "node_modules"))
  return {
    path,
    plant: (file, source) => {
      mkdirSync(dirname(join(path, file)), { recursive: true })
      writeFileSync(join(path, file), source)
    },
    remove: (file) => rmSync(join(path, file)),
    run: (command, ...args) => {
      const { status, stderr, stdout } = spawnSync(command, args, {
        cwd: path,
        encoding: "utf8",
        env: {
          ...process.env,
          DO_NOT_TRACK: "1",
          NO_COLOR: "1",
          PATH: join(root, "node_modules/.bin") + delimiter + process.env["PATH"],
        },
        maxBuffer: 1 << 28,
      })
      return { status, output: `${stdout}${stderr}` }
    },
    dispose: () => rmSync(path, { recursive: true, force: true }),
  }
}
