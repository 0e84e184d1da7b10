/**
 * The published command: one small entry, and a chunk for each thing that not every command needs.
 */
import { spawnSync } from "node:child_process"
import { defineConfig, type Plugin } from "rolldown"
// @boundaries-ignore the tools depend on the command, which therefore cannot depend on them
import { licenses } from "../../tools/licenses.ts"

/** What stands in the place of a text of a module of effect, with what it imports for that. */
interface Replacement {
  readonly from: string | RegExp
  readonly to: string
  readonly imports?: ReadonlyArray<readonly [name: string, from: string]>
}

/**
 * What starts slowly for no use of this command. A bundle has each module once, with all that any part uses of it: what the engine of jobs alone uses of
 * `Schema` and `Stream` is bound to the modules behind it, which are loaded with that engine.
 */
const replacements: Readonly<Record<string, Replacement>> = {
  // A grapheme segmenter takes 12 ms, half of an empty Node process. Here it is made when a width is first measured.
  "cli/CliOutput.js": {
    from: /new Intl\.Segmenter\(([^;]*)\);/,
    to: "{ segment: (text) => (segmenter ??= new Intl.Segmenter($1)).segment(text) };\nlet segmenter;",
  },
  // Of effect's own flags the command has --help and --version: no wizard, which brings all prompts.
  "cli/CliConfig.js": { from: "builtIns: GlobalFlag.BuiltIns", to: "builtIns: []" },
  "cli/Command.js": { from: "flag === GlobalFlag.Wizard", to: "false" },
  "cluster/ClusterWorkflowEngine.js": {
    from: "Schema.toJsonSchemaDocument(workflow.payloadSchema)",
    to: "toJsonSchemaDocument(toRepresentation(toCodecJsonAST(workflow.payloadSchema.ast)))",
    imports: [
      ["toCodecJsonAST", "toCodec"],
      ["toJsonSchemaDocument", "toJsonSchemaDocument"],
      ["toRepresentation", "toRepresentation"],
    ],
  },
  "cluster/Runner.js": {
    from: "Schema.toFormatter(this)",
    to: "toFormatter(this.ast)",
    imports: [["toFormatter", "toFormatter"]],
  },
  "cluster/Sharding.js": {
    from: "Stream.fromPubSub(events)",
    to: "Stream.unwrap(Effect.map(PubSub.subscribe(events), (subscription) => Stream.fromPull(Effect.succeed(Effect.onInterrupt(PubSub.takeAll(subscription), () => Cause.done())))))",
  },
}

const leanStart: Plugin = {
  name: "lean-start",
  transform: {
    filter: { id: /effect\/dist\/(?:cli|cluster)\/\w+\.js$/ },
    handler(code, id) {
      const name = id.replace(/^.*effect\/dist\//, "")
      const replacement = replacements[name]
      if (replacement === undefined) return undefined
      const { from, imports = [], to } = replacement
      const replaced = code.replace(from, to)
      if (replaced === code) this.error(`effect/${name} is another one now: adapt its replacement, or drop it.`)
      const lines = imports.map(([what, file]) => `import { ${what} } from "../internal/schema/${file}.js";\n`)
      return `${lines.join("")}${replaced}`
    },
  },
}

/** Says in `--version` which commit was built, `-dirty` when something was changed after it; nothing where there is no git. */
const stampCommit: Plugin = {
  name: "stamp-commit",
  transform: {
    filter: { id: /(?:src\/version\.ts|launcher\.js)$/ },
    handler(code) {
      const described = spawnSync("git", ["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"], {
        cwd: import.meta.dirname,
        encoding: "utf8",
      })
      const commit = described.status === 0 ? described.stdout.trim() : ""
      return code.replace(/(const commit(?:: string)? = )""/, (_, before: string) => before + JSON.stringify(commit))
    },
  },
}

export default defineConfig({
  input: { aptrinsic: "launcher.js" },
  platform: "node",
  plugins: [leanStart, stampCommit, licenses(`${import.meta.dirname}/licenses`)],
  output: {
    dir: "dist",
    format: "esm",
    minify: true,
    cleanDir: true,
    chunkFileNames: "chunks/[name]-[hash].js",
    entryFileNames: "[name].js",
  },
})
