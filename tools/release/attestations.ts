/**
 * Fails when a package that this run has published has no attestation of where it was built. The workflow tells pnpm to make one; this looks whether
 * the registry has it, since pnpm publishes without one when that setting is lost. The plan of `changeset pack` names the published packages; the
 * registry is the project's own.
 */
import { execFileSync } from "node:child_process"
import process from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { releasedIn } from "./plan.ts"

interface Document {
  readonly versions?: Record<string, { readonly dist?: { readonly attestations?: { readonly url?: string } } }>
}

const [planFile = "tools/packed/publish-plan.json", tries = "10"] = process.argv.slice(2)
const registry = execFileSync("pnpm", ["config", "get", "registry"], { encoding: "utf8" }).trim().replace(/\/*$/u, "/")

/** The registry may take a while to show a release to everyone. */
const find = async (name: string, version: string, left: number) => {
  const response = await fetch(`${registry}${name.replace("/", "%2f")}`)
  const { versions } = response.ok ? ((await response.json()) as Document) : {}
  const found = versions?.[version]
  if (found !== undefined || left <= 1) return found
  await sleep(6000)
  return find(name, version, left - 1)
}

for (const { name, version } of releasedIn(planFile)) {
  const found = await find(name, version, Number(tries))
  const isAttested = found?.dist?.attestations?.url !== undefined
  const what =
    found === undefined ? "is not in the registry" : isAttested ? "is attested" : "was published without attestation"
  console.log(`${name}@${version} ${what}`)
  if (!isAttested) process.exitCode = 1
}
