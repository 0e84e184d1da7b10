import { assert, describe, it } from "@effect/vitest"
import type { Packed } from "../../release/packed.ts"
import { problemsOf } from "../../release/problems.ts"
import type { Manifest } from "../../release/published.ts"

const home = "https://github.com/effect-aptrinsic/effect-aptrinsic"

const manifest: Manifest = {
  name: "@effect-aptrinsic/planted",
  version: "0.1.0",
  license: "MIT",
  homepage: `${home}/tree/main/packages/planted#readme`,
  bugs: { url: `${home}/issues` },
  repository: { directory: "packages/planted" },
  engines: { node: ">=22.19" },
  exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" }, "./package.json": "./package.json" },
  publishConfig: { access: "public" },
  dependencies: { leven: "4.1.0" },
}

const files = {
  LICENSE: "",
  "README.md": "",
  "package.json": "",
  "dist/index.js": 'import leven from "leven"\nexport * from "./near.js"\n/**\n * import x from "absent"\n */\n',
  "dist/index.d.ts": 'export * from "./near.ts"\n',
  "dist/near.js": 'import { readFile } from "node:fs"\n',
  "dist/near.d.ts": "",
}

interface Planted {
  readonly manifest?: Partial<Manifest>
  readonly files?: Record<string, string>
  readonly without?: string
  readonly packedSize?: number
}

const problems = (planted: Planted) => {
  const all = Object.entries({ ...files, ...planted.files }).filter(([file]) => file !== planted.without)
  const packed: Packed = {
    manifest: { ...manifest, ...planted.manifest },
    files: new Map(all),
    packedSize: planted.packedSize ?? 1,
    unpackedSize: 1,
  }
  return problemsOf(packed, { privateNames: new Set(["@effect-aptrinsic/tools"]), isRelease: true }).map((problem) =>
    problem.replace("@effect-aptrinsic/planted ", ""),
  )
}

const planted: ReadonlyArray<readonly [what: string, release: Planted, problem: RegExp]> = [
  [
    "sources in its exports",
    { manifest: { exports: { ".": "./src/index.ts" } } },
    /^points at the source \.\/src\/index/u,
  ],
  [
    "a command in its sources",
    { manifest: { bin: { aptrinsic: "./src/bin.ts" } }, files: { "dist/THIRD-PARTY-LICENSES": "" } },
    /^points at the source \.\/src\/bin/u,
  ],
  [
    "an export that is not packed",
    { without: "dist/index.d.ts" },
    /^points at \.\/dist\/index\.d\.ts, which is not packed/u,
  ],
  [
    "a module that is not packed",
    { without: "dist/near.js" },
    /^imports dist\/near\.js in dist\/index\.js, which is not/u,
  ],
  ["a type that is not packed", { without: "dist/near.d.ts" }, /^imports dist\/near\.d\.ts in dist\/index\.d\.ts/u],
  [
    "an import of what it does not depend on",
    { manifest: { dependencies: {} } },
    /^imports leven in dist\/index\.js without/u,
  ],
  [
    "a dependency that is private",
    { manifest: { dependencies: { leven: "4.1.0", "@effect-aptrinsic/tools": "0.0.0" } } },
    /^depends on @effect-aptrinsic\/tools, which is private/u,
  ],
  [
    "a range of the workspace",
    { manifest: { dependencies: { leven: "workspace:^" } } },
    /^depends on leven by workspace:\^/u,
  ],
  ["no version", { manifest: { version: "0.0.0" } }, /^has no version yet/u],
  ["a script that runs when it is installed", { manifest: { scripts: { postinstall: "x" } } }, /^runs postinstall/u],
  ["no engines", { manifest: { engines: {} } }, /Node >=22\.19/u],
  ["no homepage", { manifest: { homepage: "" } }, /homepage/u],
  ["no place for bugs", { manifest: { bugs: {} } }, /bugs/u],
  ["funding", { manifest: { funding: home } }, /funding/u],
  ["access for some alone", { manifest: { publishConfig: { access: "restricted" } } }, /published for everyone/u],
  ["no licence file", { without: "LICENSE" }, /^lacks LICENSE/u],
  [
    "a bundle without the licences of what is in it",
    { manifest: { bin: { aptrinsic: "./dist/index.js" } } },
    /^lacks dist\/THIRD-PARTY/u,
  ],
  [
    "a page without the licences of what is in it",
    { files: { "src/page/asset.generated.ts": "", "src/index.ts": "", "src/near.ts": "" } },
    /^lacks src\/page\/THIRD-PARTY/u,
  ],
  ["a file of another kind", { files: { "dist/key.pem": "" } }, /^packs dist\/key\.pem/u],
  ["a module whose source is gone", { files: { "src/index.ts": "" } }, /^packs dist\/near\.js, whose source is gone/u],
  ["more bytes than its budget", { packedSize: 100_001 }, /^takes 100001 bytes packed/u],
]

describe("a release", () => {
  it("is accepted when nothing is wrong with it", () => {
    assert.deepStrictEqual(problems({}), [])
  })

  it.each(planted)("is refused with %s", (_what, release, problem) => {
    const found = problems(release)
    assert.lengthOf(found, 1)
    assert.match(found[0] ?? "", problem)
  })
})
