/**
 * Projects of users into which npm has installed the packed packages, and what their programs need besides: a Node and a sandbox.
 */
import { spawnSync } from "node:child_process"
import process from "node:process"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { makeProject, packages, type Project, versionsOf } from "../../release/project.ts"
import { published } from "../../release/published.ts"

export const oldest = "22.19.0"

/** The Node that these tests run in, or with `--mode oldest` the oldest one that is supported, which npm fetches. */
export const findNode = (): string => {
  if (process.env["MODE"] !== "oldest") return process.execPath
  const args = ["-y", `--package=node@${oldest}`, "--", "node", "-p", "process.execPath"]
  const { status, stderr, stdout } = spawnSync("npx", args, { encoding: "utf8" })
  if (status !== 0) throw new Error(`Node ${oldest} is not to be had: ${stderr}`)
  return stdout.trim()
}

/** A project on Effect 4 with all packages that one program can have. */
export const installForEffect4 = async (): Promise<Project> => {
  const project = await makeProject()
  project.write("package.json", {
    name: "consumer",
    private: true,
    type: "module",
    dependencies: { ...packages("all"), ...versionsOf(["@effect/platform-node", "effect", "undici"]) },
    devDependencies: versionsOf(["@types/node"]),
  })
  // platform-node has a peer for its cluster modules that nobody here needs.
  await project.run("npm", "install", "--legacy-peer-deps")
  return project
}

export type Bridge = "client" | "effect3"

export const manifestOf = (bridge: Bridge) => published.find(({ name }) => name === `@effect-aptrinsic/${bridge}`)!

/** A project that has a package which bundles what it needs of Effect 4, and the peers of that; those that it may leave out only with `options`. */
export const installBridge = async (bridge: Bridge, options: "with options" | "without options"): Promise<Project> => {
  const { directory, name, peerDependencies = {}, peerDependenciesMeta = {}, version } = manifestOf(bridge)
  const peers = Object.keys(peerDependencies).filter(
    (peer) => options === "with options" || peerDependenciesMeta[peer]?.optional !== true,
  )
  const project = await makeProject({ programs: new URL("test/consumer/", directory) })
  project.write("package.json", {
    name: "consumer",
    private: true,
    type: "module",
    dependencies: { [name]: version, ...versionsOf(peers, directory) },
    devDependencies: versionsOf(["@types/node"]),
  })
  await project.run("npm", "install")
  return project
}

const sandbox = Layer.fresh(Sandbox.layer()).pipe(Layer.provide(layerHttpServer()))

/** Runs a command in a project, beside a sandbox of its own which the environment names. */
export const runBesideSandbox = (project: Project, command: string, ...args: ReadonlyArray<string>): Promise<string> =>
  Effect.gen(function* () {
    const { apiKey, url } = yield* Sandbox.Sandbox
    const variables = { APTRINSIC_API_KEY: Redacted.value(apiKey), APTRINSIC_BASE_URL: url }
    return yield* Effect.promise(() => project.runWith(variables, command, ...args))
  }).pipe(Effect.provide(sandbox), Effect.runPromise)
