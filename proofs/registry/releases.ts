/**
 * The releases of the rehearsal: the first, one of a single changed package, and one that is broken in three ways.
 */
import { published } from "@effect-aptrinsic/tools/release/published"
import { type Copy, registries } from "./copy.ts"
import { attempt } from "./run.ts"
import type { Verdaccio } from "./server.ts"

const directories: Readonly<Record<string, string>> = Object.fromEntries(
  published.map(({ bin, name }) => [name, `${bin === undefined ? "packages" : "apps"}/${name.replace(/^.*\//u, "")}`]),
)

const scope = "@effect-aptrinsic"

const changelog = (copy: Copy, name: string): string => copy.read(`${directories[`${scope}/${name}`]}/CHANGELOG.md`)

const all = async (verdaccio: Verdaccio): Promise<Record<string, ReadonlyArray<string>>> =>
  Object.fromEntries(
    await Promise.all(
      published.map(async ({ name }) => [name.replace(/^.*\//u, ""), await verdaccio.versionsOf(name)] as const),
    ),
  )

const demand = (what: string, holds: boolean, seen: unknown): void => {
  if (!holds) throw new Error(`${what}: ${typeof seen === "string" ? seen : JSON.stringify(seen)}`)
}

/** Fails unless every tool says that it would publish to the registry on loopback. */
const checkRegistry = async (copy: Copy, { url }: Verdaccio): Promise<void> => {
  const found = await registries(copy)
  console.log(`  would publish to ${found.join(", ")}`)
  demand("A tool would publish to another registry", found.length === 1 && found[0] === url, found)
}

/** Publishes what is new in the copy, by the trust that a workflow has. */
const publish = async (copy: Copy, verdaccio: Verdaccio): Promise<string> => {
  await checkRegistry(copy, verdaccio)
  const { exitCode, stderr, stdout } = await copy.release(verdaccio.workflow)
  demand("The release failed", exitCode === 0, `${stdout}${stderr}`)
  return stdout
}

/** Releases as the workflow does, where nothing can be signed: that has to fail, and to publish nothing. */
const unsigned = async (copy: Copy, verdaccio: Verdaccio): Promise<void> => {
  const [, name = "", value = ""] =
    /(pnpm_config_provenance): "(true)"/u.exec(copy.read(".github/workflows/release.yml")) ?? []
  demand("The workflow does not ask for provenance", value === "true", "release.yml")
  await checkRegistry(copy, verdaccio)
  const { exitCode, stderr, stdout } = await copy.release({ [name]: value })
  const printed = `${stdout}${stderr}`
  demand("What cannot be signed was not refused", exitCode !== 0 && printed.includes("PROVENANCE"), printed)
  const versions = await all(verdaccio)
  demand(
    "Something was published unsigned",
    Object.values(versions).every((each) => each.length === 0),
    versions,
  )
}

export const first = async (copy: Copy, verdaccio: Verdaccio): Promise<string> => {
  await copy.nextVersions()
  await unsigned(copy, verdaccio)
  const table = (await publish(copy, verdaccio)).split("\n").filter((line) => line.startsWith("|"))
  const versions = await all(verdaccio)
  demand(
    "Not every package came out as 0.1.0",
    Object.values(versions).every((each) => each.join() === "0.1.0"),
    versions,
  )
  demand("Not each was published by trust", verdaccio.exchanged.length === published.length, verdaccio.exchanged)
  for (const name of Object.keys(versions)) {
    demand(`${name} has no changelog`, changelog(copy, name).includes("## 0.1.0"), changelog(copy, name))
  }
  const attested = await attempt(copy.place, "node", "tools/release/attestations.ts")
  const unattested = attested.stdout.match(/was published without attestation/gu) ?? []
  demand(
    "Releases without attestation passed",
    attested.exitCode === 1 && unattested.length === published.length,
    attested,
  )
  return table.map((line) => `  ${line}`).join("\n")
}

export const second = async (copy: Copy, verdaccio: Verdaccio): Promise<Record<string, ReadonlyArray<string>>> => {
  copy.edit(".changeset/one.md", () => `---\n"${scope}/core": minor\n---\n\nAdd what the rehearsal adds.\n`)
  copy.edit("packages/core/src/index.ts", (text) => `${text}\n`)
  await copy.commit("Change core")
  await copy.nextVersions()
  await publish(copy, verdaccio)
  const versions = await all(verdaccio)
  const wanted = {
    bulk: "0.1.0,0.1.1",
    cli: "0.1.0,0.1.1",
    client: "0.1.0,0.1.1",
    core: "0.1.0,0.2.0",
    effect3: "0.1.0,0.1.1",
    files: "0.1.0,0.1.1",
    runtime: "0.1.0",
    sandbox: "0.1.0,0.1.1",
  }
  for (const [name, expected] of Object.entries(wanted)) {
    demand(`${name} was released otherwise than as ${expected}`, versions[name]?.join() === expected, versions)
  }
  demand("core does not tell its change", changelog(copy, "core").includes("Add what the rehearsal adds"), "")
  demand(
    "files does not tell its update",
    /## 0\.1\.1[^]*core@0\.2\.0[^]*## 0\.1\.0/u.test(changelog(copy, "files")),
    "",
  )
  demand(
    "cli does not tell what it bundles",
    /## 0\.1\.1[^]*Bundle what changed in .*core/u.test(changelog(copy, "cli")),
    "",
  )
  demand("runtime has a changelog of nothing", !changelog(copy, "runtime").includes("## 0.1.1"), "")
  return versions
}

interface Manifest {
  version: string
  files: Array<string>
  dependencies?: Record<string, string>
  publishConfig: Record<string, unknown>
}

interface Planted {
  readonly name: string
  readonly plant: (manifest: Manifest) => void
  readonly refusal: RegExp
}

const planted: ReadonlyArray<ReadonlyArray<Planted>> = [
  [
    {
      name: "core",
      plant: ({ files }) => files.push("!dist/Account.js"),
      refusal: /core imports dist\/Account\.js in .*, which is not packed/u,
    },
    {
      name: "sandbox",
      plant: ({ publishConfig }) => delete publishConfig["exports"],
      refusal: /sandbox points at the source \.\/src\/index\.ts/u,
    },
  ],
  [
    {
      name: "files",
      plant: (manifest) => (manifest.dependencies = { ...manifest.dependencies, [`${scope}/tools`]: "1.0.0" }),
      // changesets has this rule too, and comes first.
      refusal: /files" depends on the skipped package "@effect-aptrinsic\/tools"/u,
    },
  ],
]

const breakPackage = (copy: Copy, { name, plant }: Planted): void =>
  copy.edit(`packages/${name}/package.json`, (text) => {
    const manifest: Manifest = JSON.parse(text)
    manifest.version = "0.9.0"
    plant(manifest)
    return JSON.stringify(manifest)
  })

/** Plants a missing file, exports of sources and a private dependency; returns the sentences that refuse them. */
export const broken = async (copy: Copy, verdaccio: Verdaccio): Promise<ReadonlyArray<string>> => {
  const before = await all(verdaccio)
  const sentences: Array<string> = []
  copy.edit("tools/package.json", (text) => JSON.stringify({ ...JSON.parse(text), version: "1.0.0" }))
  for (const plants of planted) {
    for (const plant of plants) breakPackage(copy, plant)
    await copy.commit("Break packages")
    const { exitCode, stderr, stdout } = await copy.release()
    const printed = `${stdout}${stderr}`
    demand("A broken release was not refused", exitCode !== 0, printed)
    for (const { refusal } of plants) {
      const sentence = printed.split("\n").find((line) => refusal.test(line))
      demand("A broken package was not named", sentence !== undefined, printed)
      sentences.push(sentence?.trim() ?? "")
    }
  }
  const after = await all(verdaccio)
  demand("A broken release was published", JSON.stringify(after) === JSON.stringify(before), after)
  return sentences
}
