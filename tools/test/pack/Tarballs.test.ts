import { execFileSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { filesOf, packedManifest, published, tarballOf } from "./published.ts"

/** The files that an `exports` or `bin` entry points at; a wildcard stands for any. */
const targets = (entry: unknown): ReadonlyArray<string> =>
  typeof entry === "string" ? [entry] : Object.values(entry ?? {}).flatMap(targets)

const run = (command: string, ...args: ReadonlyArray<string>) => execFileSync(command, args, { encoding: "utf8" })

const tarballs = published.map((source) => {
  const tarball = tarballOf(source)
  return { name: source.name, tarball, files: filesOf(tarball), manifest: packedManifest(tarball) }
})

describe.each(tarballs)("the tarball of $name", ({ files, manifest, tarball }) => {
  it("holds the licences, the README, the manual, the manifest and code alone", () => {
    const expected =
      /^man\/aptrinsic\.1$|^(dist|src)\/([\w/-]+\.(ts|js|d\.ts|js\.map|d\.ts\.map)|THIRD-PARTY-LICENSES)$/u
    const rest = files.filter((file) => !expected.test(file))
    assert.deepStrictEqual(rest.toSorted(), ["LICENSE", "README.md", "package.json"])
  })

  it("has every export and command in dist", () => {
    const entries = [...targets(manifest.exports), ...targets(manifest.bin)].filter(
      (entry) => entry !== "./package.json",
    )
    assert.isNotEmpty(entries)
    for (const entry of entries) {
      const file = entry.replace(/^\.\//u, "")
      const pattern = new RegExp(`^${file.replaceAll(".", "\\.").replace("*", "[\\w/]+")}$`, "u")
      assert.match(file, /^dist\//u)
      assert.isTrue(
        files.some((packed) => pattern.test(packed)),
        `${entry} is not packed`,
      )
    }
  })

  it("depends on versions that a registry knows, and runs no script when installed", () => {
    const { dependencies, optionalDependencies, peerDependencies, scripts } = manifest
    assert.notMatch(
      JSON.stringify({ dependencies, optionalDependencies, peerDependencies }),
      /(workspace|catalog|link|file):/u,
    )
    assert.doesNotHaveAnyKeys(scripts ?? {}, ["preinstall", "install", "postinstall", "prepare"])
  })

  it("is published for everyone, with its provenance", () => {
    assert.deepStrictEqual(manifest.publishConfig, { access: "public", provenance: true })
  })

  it("passes publint", () => {
    assert.include(run("publint", "run", tarball, "--strict"), "All good!")
  })
})

const libraries = tarballs.filter(({ manifest }) => manifest.exports !== undefined)

describe.each(libraries)("the tarball of $name", ({ files, manifest, tarball }) => {
  it("resolves with its types from ES modules, at every entry point", () => {
    const modules = files
      .flatMap((file) => /^dist\/(\w+)\.js$/u.exec(file)?.[1] ?? [])
      .filter((name) => name !== "index")
    const entries = Object.keys(manifest.exports ?? {}).flatMap((entry) => {
      if (entry === "./*") return modules
      return /json|internal|index/u.test(entry) ? [] : [entry.replace(/^\.\//u, "")]
    })
    assert.isNotEmpty(entries)
    const report = run(
      "attw",
      tarball,
      "--profile",
      "esm-only",
      "--no-color",
      "--no-emoji",
      "--entrypoints",
      ...entries,
    )
    for (const entry of entries) assert.include(report, `${manifest.name}${entry === "." ? "" : `/${entry}`}"`)
  })
})
