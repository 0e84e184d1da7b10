/**
 * The linter's rules. What each rule relied upon rejects is shown by `tools/test/rules/Lint.test.ts`.
 */
import { defineConfig } from "oxlint"

interface ImportPattern {
  readonly regex: string
  readonly message: string
  readonly importNamePattern?: string
}

const modulesWithBarrel = [
  "ai",
  "cli",
  "cluster",
  "crypto",
  "devtools",
  "encoding",
  "eventlog",
  "graphql",
  "http",
  "http-api",
  "net",
  "observability",
  "persistence",
  "process",
  "reactivity",
  "rpc",
  "schema",
  "socket",
  "sql",
  "testing",
  "workers",
  "workflow",
].join("|")

const noPlatform = "Only packages/runtime and bin.ts touch the platform: ask for a service of effect instead."

/** What may not be imported; an override replaces the restrictions of the rule before it, so each names all of its own. */
const imports = {
  barrel: {
    regex: `^(effect(/(${modulesWithBarrel}))?|@effect/platform-[^/]+)$`,
    message: "Import the module itself, as effect/Effect: a barrel costs start-up time.",
  },
  expect: {
    regex: "^(vitest|@effect/vitest)$",
    importNamePattern: "^(expect|vi)$",
    message: "Use assert instead of expect, and a layer instead of a mock.",
  },
  extension: { regex: "^\\.{1,2}/.*\\.[cm]?jsx?$", message: "Name the source file: it ends in .ts." },
  // `internal/shared` of core, bulk and files is what the packages of this repository share without a promise to users.
  internal: {
    regex: "^@effect-aptrinsic/[^/]+/(internal(/([^s]|s[^h])|$)|(src|dist)(/|$))",
    message: "Import what the package exports.",
  },
  platform: { regex: "^(node:|@effect/platform-)", message: noPlatform },
  platformButSqlite: { regex: "^(node:([^s]|s[^q])|@effect/platform-)", message: noPlatform },
  platformPackage: { regex: "^@effect/platform-", message: "Import @effect-aptrinsic/runtime/node or /deno instead." },
  runtime: {
    regex: "^@effect-aptrinsic/runtime",
    message: "A library runs anywhere: leave the runtime to the program.",
  },
  sandbox: { regex: "^@effect-aptrinsic/sandbox", message: "Only tests use the sandbox." },
} satisfies Record<string, ImportPattern>

type Rule<Options> = ["error", Options]

const restrictImports = (...patterns: Array<ImportPattern>): Rule<{ patterns: Array<ImportPattern> }> => [
  "error",
  { patterns: [imports.internal, imports.extension, ...patterns] },
]

const ambientTime = [
  { name: "Date", message: "Use Clock or DateTime." },
  { name: "fetch", message: "Use HttpClient." },
  { name: "performance", message: "Use Clock." },
  { name: "setImmediate", message: "Use Effect.yieldNow." },
  { name: "setInterval", message: "Use Schedule." },
  { name: "setTimeout", message: "Use Effect.sleep." },
]

const ambientPlatform = ["Buffer", "Bun", "Deno", "process", "require"].map((name) => ({ name, message: noPlatform }))

const ambientProperties = [
  { object: "Math", property: "random", message: "Use Random." },
  ...["Date", "Deno", "fetch", "process", "setTimeout"].map((property) => ({
    object: "globalThis",
    property,
    message: "Use a service of effect.",
  })),
]

const runningAnEffect = [
  { object: "ManagedRuntime", property: "make" },
  ...["Callback", "Fork", "Promise", "PromiseExit", "Sync", "SyncExit"].flatMap((way) => [
    { object: "Effect", property: `run${way}` },
    { object: "Effect", property: `run${way}With` },
  ]),
].map((run) => ({ ...run, message: "Only bin.ts, examples and tests run an Effect." }))

export default defineConfig({
  plugins: ["eslint", "import", "oxc", "typescript", "unicorn", "vitest"],
  jsPlugins: ["./tools/lint/plugin.ts"],
  categories: { correctness: "error", suspicious: "error" },
  options: { denyWarnings: true, reportUnusedDisableDirectives: "error" },
  env: { builtin: true, es2024: true, node: true },
  globals: { Bun: "readonly", Deno: "readonly" },
  ignorePatterns: ["**/*.generated.ts", "**/dist/**", "**/test/data/**", "**/test-results/**"],
  rules: {
    "aptrinsic/namespace-import": "error",
    "aptrinsic/no-banner": "error",
    "aptrinsic/plain-english": "error",
    "aptrinsic/suppression-reason": "error",
    curly: ["error", "multi-line"],
    eqeqeq: "error",
    "import/extensions": ["error", "ignorePackages"],
    "import/no-cycle": ["error", { ignoreTypes: false }],
    "import/no-default-export": "error",
    "max-lines": ["error", { max: 500 }],
    "no-console": "error",
    "no-duplicate-imports": ["error", { allowSeparateTypeImports: true }],
    "no-restricted-imports": restrictImports(imports.barrel),
    "no-var": "error",
    "no-warning-comments": ["error", { terms: ["todo", "fixme", "xxx"] }],
    "prefer-const": "error",
    "typescript/ban-ts-comment": "error",
    "typescript/consistent-type-imports": "error",
    "typescript/no-explicit-any": "error",
    "unicorn/filename-case": ["error", { cases: { camelCase: true, kebabCase: true, pascalCase: true } }],
    "unicorn/prefer-node-protocol": "error",
    // A module imported as a namespace may carry the name of a global; `_tag` is how Effect marks its data; a closure may say its scope; a
    // title may come from a table.
    "no-shadow": "off",
    "no-underscore-dangle": "off",
    "unicorn/consistent-function-scoping": "off",
    "vitest/valid-title": "off",
  },
  overrides: [
    {
      // What a screen shows at once, comments and blank lines included.
      files: ["packages/*/src/**/*.ts", "apps/*/src/**/*.ts", "benchmarks/**/*.ts", "tools/**/*.ts"],
      excludeFiles: ["**/test/**"],
      rules: { "max-lines-per-function": ["error", { max: 70 }] },
    },
    {
      files: ["packages/*/src/**/*.ts", "apps/*/src/**/*.ts"],
      rules: {
        "aptrinsic/error-message": "error",
        "aptrinsic/layer-name": "error",
        "aptrinsic/no-inline-schema-compile": "error",
        "aptrinsic/no-throw": "error",
        "aptrinsic/no-try": "error",
        "aptrinsic/option-shape": "error",
        "aptrinsic/span-name": "error",
        "no-restricted-globals": ["error", ...ambientTime, ...ambientPlatform],
        "no-restricted-imports": restrictImports(imports.barrel, imports.platform),
        "no-restricted-properties": ["error", ...ambientProperties, ...runningAnEffect],
      },
    },
    {
      files: ["packages/*/src/**/*.ts", "apps/*/src/**/*.ts"],
      excludeFiles: ["**/index.ts"],
      rules: { "aptrinsic/module-header": "error" },
    },
    {
      files: ["packages/*/src/*.ts"],
      excludeFiles: ["**/index.ts"],
      rules: { "aptrinsic/docstring": "error", "unicorn/filename-case": ["error", { case: "pascalCase" }] },
    },
    {
      files: ["packages/*/src/**/*.ts"],
      rules: { "aptrinsic/stability": "error" },
    },
    {
      // It holds what the rules reject.
      files: ["tools/test/rules/violations.ts"],
      rules: { "aptrinsic/plain-english": "off" },
    },
    {
      files: ["packages/core/src/**/*.ts", "packages/sandbox/src/**/*.ts"],
      rules: { "no-restricted-imports": restrictImports(imports.barrel, imports.platform, imports.runtime) },
    },
    {
      files: ["packages/bulk/src/**/*.ts", "packages/files/src/**/*.ts"],
      rules: {
        "no-restricted-imports": restrictImports(imports.barrel, imports.platform, imports.runtime, imports.sandbox),
      },
    },
    {
      files: ["packages/sandbox/src/**/*Sqlite*.ts"],
      rules: { "no-restricted-imports": restrictImports(imports.barrel, imports.platformButSqlite, imports.runtime) },
    },
    {
      files: ["packages/runtime/src/**/*.ts", "apps/*/src/bin.ts"],
      rules: {
        "no-restricted-globals": ["error", ...ambientTime],
        "no-restricted-imports": restrictImports(imports.barrel),
      },
    },
    {
      files: ["apps/*/src/bin.ts"],
      rules: { "no-restricted-properties": ["error", ...ambientProperties] },
    },
    {
      files: ["**/test/**/*.ts"],
      rules: {
        "aptrinsic/no-skipped-test": "error",
        "aptrinsic/test-title": "error",
        "max-lines": ["error", { max: 600 }],
        "no-control-regex": "off",
        "no-restricted-globals": ["error", "expect", "vi"],
        "no-restricted-imports": restrictImports(imports.barrel, imports.platformPackage, imports.expect),
      },
    },
    {
      files: ["examples/**"],
      rules: { "no-console": "off", "no-restricted-imports": restrictImports(), "unicorn/filename-case": "off" },
    },
    {
      files: ["pages/src/**"],
      env: { browser: true, node: false },
      rules: { "max-lines-per-function": ["error", { max: 70 }] },
    },
    {
      files: ["*.config.ts", "**/*.config.ts", "benchmarks/**", "proofs/**", "site/**", "tools/**"],
      rules: { "import/no-default-export": "off", "no-console": "off" },
    },
  ],
})
