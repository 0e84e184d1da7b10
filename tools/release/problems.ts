/**
 * The problems of a packed package, as sentences: whatever would reach a user as an import that fails, an install that fails or a page
 * without links. A release with a problem is refused before anything of it is published.
 */
import { builtinModules } from "node:module"
import { dirname, join } from "node:path/posix"
import type { Packed } from "./packed.ts"

/** Bytes that a package may take packed: what it took when somebody last looked, and some more. */
const budgets: Readonly<Record<string, number>> = {
  "@effect-aptrinsic/bulk": 420_000,
  "@effect-aptrinsic/cli": 1_600_000,
  "@effect-aptrinsic/client": 150_000,
  "@effect-aptrinsic/core": 400_000,
  "@effect-aptrinsic/effect3": 150_000,
  "@effect-aptrinsic/files": 390_000,
  "@effect-aptrinsic/jobs": 190_000,
  "@effect-aptrinsic/runtime": 55_000,
  "@effect-aptrinsic/sandbox": 300_000,
}

export const budgetOf = (name: string): number => budgets[name] ?? 100_000

/** The files that an `exports` or `bin` entry points at; a wildcard stands for any. */
const targetsOf = (entry: unknown): ReadonlyArray<string> =>
  typeof entry === "string" ? [entry] : Object.values(entry ?? {}).flatMap(targetsOf)

const entryProblems = ({ files, manifest }: Packed): ReadonlyArray<string> => {
  const targets = [...targetsOf(manifest.exports), ...targetsOf(manifest.bin)].filter(
    (target) => target !== "./package.json",
  )
  if (targets.length === 0) return ["has neither exports nor a command"]
  return targets.flatMap((target) => {
    const path = target.replace(/^\.\//u, "")
    if (!path.startsWith("dist/")) {
      return [`points at the source ${target}, which Node does not run in node_modules; it has to be in dist`]
    }
    const pattern = new RegExp(`^${path.replaceAll(".", "\\.").replace("*", "[\\w/]+")}$`, "u")
    return [...files.keys()].some((file) => pattern.test(file)) ? [] : [`points at ${target}, which is not packed`]
  })
}

/** Statements of the compiler begin a line; those in the examples of comments do not. */
const importsOf = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^(?:import|export)\b(?:[^"';]*from)? ?"([^"]+)"/gmu)].map(([, specifier = ""]) => specifier)

const packageOf = (specifier: string): string => /^(?:@[^/]+\/)?[^/]+/u.exec(specifier)?.[0] ?? specifier

const importProblems = ({ files, manifest }: Packed): ReadonlyArray<string> => {
  const { dependencies, name, optionalDependencies, peerDependencies } = manifest
  const declared = new Set([
    name,
    ...builtinModules,
    ...Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }),
  ])
  return [...files].flatMap(([file, text]) => {
    if (!/^dist\/.*(?:\.js|\.d\.ts)$/u.test(file)) return []
    return importsOf(text).flatMap((specifier) => {
      if (!specifier.startsWith(".")) {
        const imported = packageOf(specifier)
        const isKnown = specifier.startsWith("node:") || declared.has(imported)
        return isKnown ? [] : [`imports ${imported} in ${file} without depending on it`]
      }
      const path = join(dirname(file), specifier)
      const target = file.endsWith(".d.ts") ? path.replace(/\.(?:ts|js)$/u, ".d.ts") : path
      return files.has(target) ? [] : [`imports ${target} in ${file}, which is not packed`]
    })
  })
}

const dependencyProblems = ({ manifest }: Packed, privateNames: ReadonlySet<string>): ReadonlyArray<string> => {
  const { dependencies, optionalDependencies, peerDependencies } = manifest
  const all = Object.entries({ ...dependencies, ...optionalDependencies, ...peerDependencies })
  return all.flatMap(([name, range]) => {
    if (privateNames.has(name)) return [`depends on ${name}, which is private and never published`]
    const isLocal = /^(?:workspace|catalog|link|file):/u.test(range)
    return isLocal ? [`depends on ${name} by ${range}, which no registry knows`] : []
  })
}

const manifestProblems = ({ manifest }: Packed, isRelease: boolean): ReadonlyArray<string> => {
  const { bugs, engines, funding, homepage, license, name, publishConfig, repository, scripts = {}, version } = manifest
  const installs = ["preinstall", "install", "postinstall", "prepare"].filter((script) => script in scripts)
  const home = "https://github.com/effect-aptrinsic/effect-aptrinsic"
  const wanted: ReadonlyArray<readonly [isRight: boolean, problem: string]> = [
    [version !== "0.0.0" || !isRelease, "has no version yet; 'pnpm run next-versions' gives it one"],
    [installs.length === 0, `runs ${installs.join(" and ")} when it is installed`],
    [license === "MIT", "does not say its licence, MIT"],
    [engines?.["node"] === ">=22.19", "does not say that it needs Node >=22.19"],
    [homepage?.startsWith(home) ?? false, "has no homepage"],
    [bugs?.url === `${home}/issues`, "does not say where bugs are reported"],
    [repository?.directory?.endsWith(name.replace(/^.*\//u, "")) ?? false, "does not say where its sources are"],
    [funding === undefined, "asks for funding"],
    [publishConfig?.access === "public", "is not published for everyone"],
  ]
  return wanted.flatMap(([isRight, problem]) => (isRight ? [] : [problem]))
}

/** Where sources are packed beside what was built of them, one of them may be gone: a build that was restored over an older one keeps both. */
const staleProblems = ({ files }: Packed): ReadonlyArray<string> => {
  const sources = new Set([...files.keys()].flatMap((file) => /^src\/(.*)\.ts$/u.exec(file)?.[1] ?? []))
  return [...files.keys()].flatMap((file) => {
    const built = /^dist\/(.*)\.js$/u.exec(file)?.[1]
    return built === undefined || sources.size === 0 || sources.has(built)
      ? []
      : [`packs ${file}, whose source is gone; 'pnpm build --force' builds it anew`]
  })
}

const licences = "THIRD-PARTY-LICENSES"

const fileProblems = ({ files, manifest, packedSize }: Packed): ReadonlyArray<string> => {
  // A page is a module that holds what it was bundled of.
  const pages = [...files.keys()].filter((file) => /^src\/.*\/asset\.generated\.ts$/u.test(file))
  const bundles = [...(manifest.bin === undefined ? [] : ["dist"]), ...pages.map(dirname)]
  const needed = ["LICENSE", "README.md", ...bundles.map((folder) => `${folder}/${licences}`)]
  const expected =
    /^man\/aptrinsic\.1$|^dist\/THIRD-PARTY-LICENSES$|^(?:dist|src)\/[\w/-]+(?:\.generated)?\.(?:ts|js|d\.ts|js\.map|d\.ts\.map)$/u
  const budget = budgetOf(manifest.name)
  return [
    ...needed.filter((file) => !files.has(file)).map((file) => `lacks ${file}`),
    ...[...files.keys()]
      .filter((file) => !expected.test(file) && !needed.includes(file) && file !== "package.json")
      .map((file) => `packs ${file}, which is neither code nor a page of a manual`),
    ...(packedSize > budget ? [`takes ${packedSize} bytes packed, more than its ${budget}`] : []),
  ]
}

export interface Judged {
  /** The packages of the workspace that are never published. */
  readonly privateNames: ReadonlySet<string>
  /** Whether it is about to be published, and so has to have a version. */
  readonly isRelease: boolean
}

/** The problems of a packed package. */
export const problemsOf = (packed: Packed, { isRelease, privateNames }: Judged): ReadonlyArray<string> =>
  [
    ...entryProblems(packed),
    // A bundle is minified: what it imports is proven by running it.
    ...(packed.manifest.exports === undefined ? [] : importProblems(packed)),
    ...dependencyProblems(packed, privateNames),
    ...manifestProblems(packed, isRelease),
    ...staleProblems(packed),
    ...fileProblems(packed),
  ].map((problem) => `${packed.manifest.name} ${problem}.`)
