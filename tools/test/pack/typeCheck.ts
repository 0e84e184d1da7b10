/**
 * What TypeScript says of a project's programs and of all types that they load, those of the packages included.
 */
import { readFileSync } from "node:fs"
import process from "node:process"
import { fileURLToPath } from "node:url"
import type { Project } from "../../release/project.ts"

export interface Compiler {
  readonly version: string
  readonly resolution: "NodeNext" | "Bundler"
  readonly exactOptionalPropertyTypes: boolean
}

const directories = ["../../node_modules/typescript5/", "../../../node_modules/typescript/"].map(
  (directory) => new URL(directory, import.meta.url),
)

const installed = new Map(
  directories.map((directory) => {
    const { version } = JSON.parse(readFileSync(new URL("package.json", directory), "utf8")) as {
      readonly version: string
    }
    return [version, fileURLToPath(new URL("bin/tsc", directory))] as const
  }),
)

/** Half of all set-ups, so that each version meets each setting, and each setting each of the other. */
export const compilers: ReadonlyArray<Compiler> = [...installed.keys()].flatMap((version, index) =>
  (["NodeNext", "Bundler"] as const).map((resolution, other) => ({
    version,
    resolution,
    exactOptionalPropertyTypes: index !== other,
  })),
)

export const newest = compilers.findLast(
  ({ exactOptionalPropertyTypes, resolution }) => resolution === "NodeNext" && exactOptionalPropertyTypes,
)!

/** Prints nothing of programs that are right. */
export const typeCheck = (
  project: Project,
  { exactOptionalPropertyTypes, resolution, version }: Compiler,
  leftOut: ReadonlyArray<string> = [],
): Promise<string> => {
  const file = `tsconfig.${version}-${resolution}-${exactOptionalPropertyTypes}.json`
  project.write(file, {
    compilerOptions: {
      allowImportingTsExtensions: true,
      exactOptionalPropertyTypes,
      lib: ["ES2024", "DOM", "DOM.Iterable", "ESNext.Disposable"],
      module: resolution === "Bundler" ? "ESNext" : resolution,
      moduleResolution: resolution,
      noEmit: true,
      skipLibCheck: false,
      strict: true,
      target: "ES2024",
      types: ["node"],
    },
    exclude: ["node_modules", ...leftOut],
  })
  const printed = project.run(process.execPath, installed.get(version)!, "--project", file, "--pretty", "false")
  return printed.catch(({ message }: Error) => message.replace(/^.* ended with \d+:\n/u, ""))
}
