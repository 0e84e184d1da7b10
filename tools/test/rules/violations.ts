/**
 * One violation for each lint rule that this repository relies upon, planted where the rule holds, and the exceptions it makes.
 *
 * The planted texts are data for the tests of the rules: their suppressions, skipped tests and `throw` are written into a copy of the workspace
 * and linted there. None of them holds for this file or is ever run.
 */

export interface Planted {
  readonly file: string
  readonly source: string
}

export interface Violation extends Planted {
  /** The rule as oxlint names it, and the only one that the source breaks. */
  readonly rule: string
  readonly breaks: string
}

const core = (name: string, body: string): Planted => ({
  file: `packages/core/src/internal/${name}.ts`,
  source: `/** A planted module. */\n\n${body}\n`,
})

const suite = (name: string, body: string): Planted => ({
  file: `packages/core/test/${name}.test.ts`,
  source: `${body}\n`,
})

const imported = (file: string, specifier: string): Planted => ({
  file,
  source: `/** A planted module. */\nimport * as Planted from "${specifier}"\nexport { Planted }\n`,
})

const noImport = "eslint(no-restricted-imports)"
const noGlobal = "eslint(no-restricted-globals)"
const noProperty = "eslint(no-restricted-properties)"
const schema = `import * as Schema from "effect/Schema"\n`
const effect = `import * as Effect from "effect/Effect"\n`
const effectTest = `import { it } from "@effect/vitest"\n${effect}`

export const violations: ReadonlyArray<Violation> = [
  { breaks: "the barrel of effect", rule: noImport, ...imported("packages/core/src/internal/barrel.ts", "effect") },
  { breaks: "a barrel inside effect", rule: noImport, ...imported("apps/cli/src/Http.ts", "effect/http") },
  {
    breaks: "the barrel of effect in a test",
    rule: noImport,
    ...imported("packages/core/test/Barrel.test.ts", "effect"),
  },
  { breaks: "node: in core", rule: noImport, ...imported("packages/core/src/internal/files.ts", "node:fs") },
  { breaks: "node: in the sandbox", rule: noImport, ...imported("packages/sandbox/src/internal/files.ts", "node:fs") },
  { breaks: "node: in a command", rule: noImport, ...imported("apps/cli/src/commands/files.ts", "node:fs") },
  {
    breaks: "another node: module in the SQLite store",
    rule: noImport,
    ...imported("packages/sandbox/src/internal/SqliteFiles.ts", "node:fs"),
  },
  {
    breaks: "a platform package in core",
    rule: noImport,
    ...imported("packages/core/src/internal/node.ts", "@effect/platform-node/NodeServices"),
  },
  {
    breaks: "a platform package in a test",
    rule: noImport,
    ...imported("packages/core/test/Node.test.ts", "@effect/platform-node/NodeServices"),
  },
  {
    breaks: "the runtime in core",
    rule: noImport,
    ...imported("packages/core/src/internal/runtime.ts", "@effect-aptrinsic/runtime/node"),
  },
  {
    breaks: "the runtime in the sandbox",
    rule: noImport,
    ...imported("packages/sandbox/src/internal/runtime.ts", "@effect-aptrinsic/runtime/deno"),
  },
  {
    breaks: "the sandbox in bulk",
    rule: noImport,
    ...imported("packages/bulk/src/internal/sandbox.ts", "@effect-aptrinsic/sandbox"),
  },
  {
    breaks: "the runtime in files",
    rule: noImport,
    ...imported("packages/files/src/internal/runtime.ts", "@effect-aptrinsic/runtime/node"),
  },
  {
    breaks: "an internal module of another package",
    rule: noImport,
    ...imported("apps/cli/src/Internal.ts", "@effect-aptrinsic/core/internal/answer"),
  },
  {
    breaks: "a relative import of .js",
    rule: noImport,
    ...imported("packages/core/src/internal/js.ts", "../Account.js"),
  },
  {
    breaks: "a relative import without extension",
    rule: "import(extensions)",
    ...imported("packages/core/src/internal/bare.ts", "../Account"),
  },
  {
    breaks: "a Node module without its protocol",
    rule: "unicorn(prefer-node-protocol)",
    ...imported("tools/bare.ts", "path"),
  },

  { breaks: "Date", rule: noGlobal, ...core("date", "export const now = () => new Date()") },
  {
    breaks: "setTimeout",
    rule: noGlobal,
    ...core("timer", "export const later = (f: () => void) => setTimeout(f, 1)"),
  },
  { breaks: "fetch", rule: noGlobal, ...core("fetch", `export const get = () => fetch("http://127.0.0.1")`) },
  { breaks: "process", rule: noGlobal, ...core("process", "export const args = () => process.argv") },
  { breaks: "process.env", rule: noGlobal, ...core("env", `export const key = () => process.env["KEY"]`) },
  { breaks: "Deno", rule: noGlobal, ...core("deno", "export const args = () => Deno.args") },
  {
    breaks: "a global through globalThis",
    rule: noProperty,
    ...core("global", "export const args = () => globalThis.process"),
  },
  { breaks: "Math.random", rule: noProperty, ...core("random", "export const dice = () => Math.random()") },
  {
    breaks: "running an Effect in core",
    rule: noProperty,
    ...core("run", `${effect}export const run = () => Effect.runPromise(Effect.void)`),
  },
  {
    breaks: "running an Effect in a command",
    rule: noProperty,
    file: "apps/cli/src/commands/run.ts",
    source: `/** A planted module. */\n${effect}export const run = () => Effect.runSync(Effect.void)\n`,
  },
  { breaks: "console", rule: "eslint(no-console)", ...core("console", `export const say = () => console.log("x")`) },

  { breaks: "any", rule: "typescript(no-explicit-any)", ...core("any", "export const f = (x: any) => String(x)") },
  {
    breaks: "a value import of a type",
    rule: "typescript(consistent-type-imports)",
    ...core("type", `import { Options } from "../Options.ts"\nexport type O = Options`),
  },
  {
    breaks: "@ts-ignore",
    rule: "typescript(ban-ts-comment)",
    ...core("ignore", "// @ts-ignore\nexport const one = 1"),
  },
  { breaks: "==", rule: "eslint(eqeqeq)", ...core("equal", "export const is = (x: number) => x == 1") },
  { breaks: "var", rule: "eslint(no-var)", ...core("var", "export var one = 1") },
  {
    breaks: "an unused variable",
    rule: "eslint(no-unused-vars)",
    ...core("unused", "const one = 1\nexport const two = 2"),
  },
  { breaks: "a default export", rule: "import(no-default-export)", ...core("default", "export default 1") },
  {
    breaks: "a cycle",
    rule: "import(no-cycle)",
    ...core("cycleA", `import { b } from "./cycleB.ts"\nexport const a = () => b`),
  },
  {
    breaks: "the other half of a cycle",
    rule: "import(no-cycle)",
    ...core("cycleB", `import { a } from "./cycleA.ts"\nexport const b = () => a`),
  },
  {
    breaks: "a cycle of types",
    rule: "import(no-cycle)",
    ...core("typesA", `import type { B } from "./typesB.ts"\nexport interface A {\n  readonly b: B\n}`),
  },
  {
    breaks: "the other half of a cycle of types",
    rule: "import(no-cycle)",
    ...core("typesB", `import type { A } from "./typesA.ts"\nexport interface B {\n  readonly a: A\n}`),
  },
  {
    breaks: "a function of 71 lines, blank ones and comments counted",
    rule: "eslint(max-lines-per-function)",
    ...core("tall", `export const tall = () => {\n  // Why.${"\n".repeat(68)}  return 1\n}`),
  },
  {
    breaks: "a function of 71 lines in a tool",
    rule: "eslint(max-lines-per-function)",
    file: "tools/tall.ts",
    source: `export const tall = () => {${"\n".repeat(69)}  return 1\n}\n`,
  },
  {
    breaks: "a file of 501 lines",
    rule: "eslint(max-lines)",
    ...core("long", `${"\n".repeat(498)}export const one = 1`),
  },
  {
    breaks: "a public module in lower case",
    rule: "unicorn(filename-case)",
    file: "packages/core/src/planted.ts",
    source: `/** A planted module. */\n\n/**\n * One.\n *\n * @stability stable\n * @category constants\n * @since 0.1.0\n */\nexport const one = 1\n`,
  },
  { breaks: "a TODO", rule: "eslint(no-warning-comments)", ...core("todo", "// TODO write it\nexport const one = 1") },
  {
    breaks: "a needless suppression",
    rule: "unused",
    ...core("needless", "// oxlint-disable-next-line no-console -- nothing to suppress here\nexport const one = 1"),
  },

  {
    breaks: "try",
    rule: "aptrinsic(no-try)",
    ...core(
      "try",
      "export const f = (g: () => void) => {\n  try {\n    g()\n  } catch {\n    return 1\n  }\n  return 0\n}",
    ),
  },
  {
    breaks: "throw",
    rule: "aptrinsic(no-throw)",
    ...core("throw", `export const f = () => {\n  throw new TypeError("x")\n}`),
  },
  {
    breaks: "a schema compiled inside a function",
    rule: "aptrinsic(no-inline-schema-compile)",
    ...core("decode", `${schema}export const f = (x: unknown) => Schema.decodeUnknownEffect(Schema.String)(x)`),
  },
  {
    breaks: "a named import of an Effect module",
    rule: "aptrinsic(namespace-import)",
    ...core("named", `import { succeed } from "effect/Effect"\nexport const one = succeed(1)`),
  },
  {
    breaks: "a span without its module",
    rule: "aptrinsic(span-name)",
    ...core("span", `${effect}export const f = Effect.fn("create")(function* () {\n  return yield* Effect.void\n})`),
  },
  {
    breaks: "a layer named Live",
    rule: "aptrinsic(layer-name)",
    ...core("layer", `import * as Layer from "effect/Layer"\nexport const AccountsLive = Layer.empty`),
  },
  {
    breaks: "an option that is not readonly",
    rule: "aptrinsic(option-shape)",
    ...core("option", "export interface CreateOptions {\n  name?: string | undefined\n}"),
  },
  {
    breaks: "an option that admits no undefined",
    rule: "aptrinsic(option-shape)",
    ...core("optional", "export interface CreateOptions {\n  readonly name?: string\n}"),
  },
  {
    breaks: "a tagged error without a message",
    rule: "aptrinsic(error-message)",
    ...core("error", `${schema}export class Gone extends Schema.TaggedError<Gone>()("Gone", { id: Schema.String }) {}`),
  },
  {
    breaks: "a tagged error of Data without a message",
    rule: "aptrinsic(error-message)",
    ...core(
      "dataError",
      `import * as Data from "effect/Data"\nexport class Gone extends Data.TaggedError("Gone")<{ readonly id: string }> {}`,
    ),
  },
  {
    breaks: "a module without a header",
    rule: "aptrinsic(module-header)",
    file: "packages/core/src/internal/header.ts",
    source: "export const one = 1\n",
  },
  {
    breaks: "a docstring in the place of a header",
    rule: "aptrinsic(module-header)",
    file: "packages/core/src/internal/doc.ts",
    source: "/** One. */\nexport const one = 1\n",
  },
  {
    breaks: "a public export without @since",
    rule: "aptrinsic(docstring)",
    file: "packages/core/src/Planted.ts",
    source: "/** A planted module. */\n\n/** One. */\nexport const one = 1\n",
  },
  {
    breaks: "a public export without a summary",
    rule: "aptrinsic(docstring)",
    file: "packages/core/src/Silent.ts",
    source: "/** A planted module. */\n\n/** @since 0.1.0 */\nexport const one = 1\n",
  },
  {
    breaks: "a public export that does not say how stable it is",
    rule: "aptrinsic(stability)",
    file: "packages/effect3/src/Unsure.ts",
    source:
      "/** A planted module. */\n\n/**\n * One.\n *\n * @category constants\n * @since 0.1.0\n */\nexport const one = 1\n",
  },
  {
    breaks: "a category that Effect does not have",
    rule: "aptrinsic(stability)",
    file: "packages/sandbox/src/Own.ts",
    source:
      "/** A planted module. */\n\n/**\n * One.\n *\n * @stability stable\n * @category ones\n * @since 0.1.0\n */\nexport const one = 1\n",
  },
  {
    breaks: "a suppression without a reason",
    rule: "aptrinsic(suppression-reason)",
    ...core("reason", "// oxlint-disable-next-line eqeqeq\nexport const is = (x: number) => x == 1"),
  },
  { breaks: "a banner", rule: "aptrinsic(no-banner)", ...core("banner", `// ${"-".repeat(20)}\nexport const one = 1`) },

  ...[
    "/** A value that is none. */",
    "/** A row is no object. */",
    "/** Interrupts whoever waits. */",
    "/** Of a row that was called back. */",
    "/** What is known of a call. */",
  ].map((comment, index) => ({
    breaks: `a comment that has to be read twice: ${comment}`,
    rule: "aptrinsic(plain-english)",
    file: `${["packages/core/src", "packages/files/src/internal", "apps/cli/test", "tools/release", "benchmarks"][index]}/Planted${index}.ts`,
    source: `/** A planted module. */\n\n${comment}\nconst one = 1\nexport { one }\n`,
  })),
  ...['"is sent all the same"', "`${1} is no number`"].map((text, index) => ({
    breaks: `a text that has to be read twice: ${text}`,
    rule: "aptrinsic(plain-english)",
    file: `apps/cli/src/input/Planted${index}.ts`,
    source: `/** A planted module. */\n\nexport const text = ${text}\n`,
  })),

  {
    breaks: "expect",
    rule: noImport,
    ...suite("Expect", `import { expect, it } from "@effect/vitest"\nit("adds", () => expect(1 + 1).toBe(2))`),
  },
  { breaks: "a module mock", rule: noImport, ...suite("Mock", `import { vi } from "vitest"\nvi.mock("node:fs")`) },
  {
    breaks: "should in a title",
    rule: "aptrinsic(test-title)",
    ...suite(
      "Should",
      `import { assert, it } from "@effect/vitest"\nit("should add", () => assert.strictEqual(1 + 1, 2))`,
    ),
  },
  {
    breaks: "should in the title of an effect",
    rule: "aptrinsic(test-title)",
    ...suite("ShouldEffect", `${effectTest}it.effect("should add", () => Effect.void)`),
  },
  {
    breaks: "a skipped test",
    rule: "aptrinsic(no-skipped-test)",
    ...suite("Skip", `${effectTest}it.effect.skip("adds", () => Effect.void)`),
  },
  {
    breaks: "a focused test",
    rule: "aptrinsic(no-skipped-test)",
    ...suite("Only", `${effectTest}it.live.only("adds", () => Effect.void)`),
  },
]

export const exceptions: ReadonlyArray<Planted & { readonly allows: string }> = [
  { allows: "node: in the runtime package", ...imported("packages/runtime/src/internal/planted.ts", "node:fs") },
  {
    allows: "the plain forms of what a comment may not say",
    file: "packages/core/src/PlantedPlain.ts",
    source:
      "/** A planted module. */\n\n/** There is no account. It is no longer sent. None of a row is lost; what is known of it stays. */\nconst one = 1\nexport { one }\n",
  },
  {
    allows: "a platform package in the runtime package",
    ...imported("packages/runtime/src/internal/layer.ts", "@effect/platform-node/NodeServices"),
  },
  {
    allows: "node:sqlite in the sandbox's SQLite store",
    ...imported("packages/sandbox/src/internal/SqlitePlanted.ts", "node:sqlite"),
  },
  {
    allows: "what core shares with the packages of the repository",
    ...imported("apps/cli/src/Shared.ts", "@effect-aptrinsic/core/internal/shared/visibleText"),
  },
  {
    allows: "the runtime in a test",
    ...imported("packages/sandbox/test/Runtime.test.ts", "@effect-aptrinsic/runtime/node"),
  },
  {
    allows: "the sandbox in a test of bulk",
    ...imported("packages/bulk/test/Sandbox.test.ts", "@effect-aptrinsic/sandbox"),
  },
  {
    allows: "the platform and running an Effect in bin.ts",
    file: "apps/cli/src/bin.ts",
    source: `#!/usr/bin/env node\n/** A planted main. */\nimport process from "node:process"\n${effect}process.exitCode = Effect.runSync(Effect.succeed(0))\n`,
  },
  {
    allows: "running an Effect and the console in an example",
    file: "examples/planted.ts",
    source: `${effect}console.log(Effect.runSync(Effect.succeed(1)))\n`,
  },
  {
    allows: "a function of 70 lines",
    ...core("high", `export const high = () => {${"\n".repeat(68)}  return 1\n}`),
  },
  {
    allows: "a suite of 71 lines",
    ...suite(
      "Tall",
      `import { it } from "@effect/vitest"\n${effect}it.effect("adds", () => {${"\n".repeat(70)}  return Effect.void\n})`,
    ),
  },
  {
    allows: "a schema compiled at module scope",
    ...core("compiled", `${schema}export const decode = Schema.decodeUnknownEffect(Schema.String)`),
  },
  {
    allows: "a tagged error with a message getter",
    ...core(
      "message",
      `${schema}export class Gone extends Schema.TaggedError<Gone>()("Gone", { id: Schema.String }) {\n  override get message() {\n    return this.id\n  }\n}`,
    ),
  },
  {
    allows: "a tagged error of Data with a message among its fields",
    ...core(
      "dataMessage",
      `import * as Data from "effect/Data"\nexport class Gone extends Data.TaggedError("Gone")<{ readonly message: string }> {}`,
    ),
  },
  {
    allows: "a suppression with a reason",
    ...core(
      "reasoned",
      "// oxlint-disable-next-line eqeqeq -- the contract compares loosely\nexport const is = (x: number) => x == 1",
    ),
  },
]
