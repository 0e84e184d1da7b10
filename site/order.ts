/** In which order the site shows its pages. A page of `docs/` that no group names comes at the end, under "More". */

export interface Group {
  readonly text: string
  /** Files of the repository. */
  readonly files: ReadonlyArray<string>
}

const docs = (...names: ReadonlyArray<string>) => names.map((name) => `docs/${name}.md`)

export const order: ReadonlyArray<Group> = [
  {
    text: "Start",
    files: ["README.md", ...docs("guide", "command", "exports", "import", "report", "sync", "jobs", "scale")],
  },
  {
    text: "Programs",
    files: docs(
      "testing",
      "services",
      "budget",
      "observability",
      "network",
      "runtimes",
      "effect3",
      "promise",
      "variables",
    ),
  },
  { text: "What holds", files: docs("outcomes", "pacing", "codes", "security", "versions", "simulation", "mutation") },
  {
    text: "Packages",
    files: [
      ...["core", "runtime", "sandbox", "bulk", "files", "jobs", "effect3", "client"].map(packageOf),
      "apps/cli/README.md",
    ],
  },
  {
    text: "Examples",
    files: [
      "01_create-account.ts",
      "02_compose.ts",
      "03_deno.ts",
      "04_shell.sh",
      "05_import.sh",
      "06_stream.ts",
      "tour.ts",
    ].map((name) => `examples/${name}`),
  },
  {
    text: "Working on it",
    files: [
      ...docs("architecture"),
      "CONTRIBUTING.md",
      "AGENTS.md",
      ...docs("dependencies", "releasing"),
      "benchmarks/README.md",
      "SECURITY.md",
    ],
  },
]

function packageOf(name: string) {
  return `packages/${name}/README.md`
}
