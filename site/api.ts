/** The reference, from the docstrings of what the packages export: a page for each module. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { Application, Comment, type DeclarationReflection, type TypeDocOptions } from "typedoc"
import type { PluginOptions } from "typedoc-plugin-markdown"
import { exists, pagesFolder, read, repository } from "./repository.ts"

const folder = join(pagesFolder, "api")

// A package that is a program of its own has another Effect, whose types this one does not know; its README and page show its exports.
const entries = readdirSync(join(repository, "packages"))
  .filter((name) => exists(`packages/${name}/src`) && !exists(`packages/${name}/tsconfig.check.json`))
  .flatMap((name) =>
    readdirSync(join(repository, "packages", name, "src"))
      .filter((file) => file.endsWith(".ts") && file !== "index.ts")
      .map((file) => join("packages", name, "src", file)),
  )

const options: Partial<TypeDocOptions & PluginOptions> = {
  name: "Reference",
  entryPoints: entries.map((entry) => join(repository, entry)),
  tsconfig: join(repository, "tsconfig.json"),
  plugin: ["typedoc-plugin-markdown"],
  blockTags: ["@category", "@default", "@since", "@stability"],
  // A type that shares the name of its schema.
  defaultCategory: "models",
  disableSources: true,
  // What comes from effect stays a name.
  excludeExternals: true,
  excludeInternal: true,
  excludePrivate: true,
  readme: "none",
  // The compiler of the repository is newer than the one that reads here, and has checked everything.
  skipErrorChecking: true,
  entryFileName: "index",
  hideBreadcrumbs: true,
  hidePageHeader: true,
  outputFileStrategy: "modules",
  parametersFormat: "table",
  useCodeBlocks: true,
  validation: { invalidLink: true, notDocumented: false, notExported: false },
  logLevel: "Warn",
}

const app = await Application.bootstrapWithPlugins(options)

/** The comment at the head of a module's file, which says what the module owns. */
const introduce = (module: DeclarationReflection): void => {
  const file = `packages/${module.name}.ts`
  const [, header = ""] = /^\/\*\*([\s\S]*?)\*\//u.exec(read(file)) ?? []
  const text = header.replaceAll(/^ *\* ?/gmu, "").replaceAll(/^@.*$/gmu, "")
  module.comment = new Comment([{ kind: "text", text: text.trim() }])
  module.name = module.name.replace("/src/", "/")
}

/** The plugin counts one heading too many where a schema and its type share a name, and where a type stands in a page once. */
const countAgain = (text: string): string => {
  const headings = [...text.matchAll(/^#+ (\w+)/gmu)].map(([, heading]) => heading!.toLowerCase())
  return text.replaceAll(/\(#(\w+)-(\d+)\)/gu, (_, name: string, number: string) => {
    const last = headings.filter((heading) => heading === name).length - 1
    const index = Math.min(Number(number), last)
    return index === 0 ? `(#${name})` : `(#${name}-${index})`
  })
}

/** A tag a line takes less room than a heading a tag. */
const tighten = (text: string): string =>
  text.replaceAll(/^#+ Stability\n\n(\w+)\n\n#+ Since\n\n([\d.]+)$/gmu, "*$1, since $2*")

const project = await app.convert()
if (project === undefined) process.exit(1)
app.validate(project)
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1)
for (const module of project.children ?? []) introduce(module)
app.options.setValue("out", folder)
await app.generateOutputs(project)
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue
  const file = join(entry.parentPath, entry.name)
  writeFileSync(file, countAgain(tighten(readFileSync(file, "utf8"))))
}
