/**
 * Rules about comments: module headers, docstrings, suppressions, banners.
 */
import { type Context, inspect, type Statement } from "./rule.ts"

type Comment = ReturnType<Context["sourceCode"]["getAllComments"]>[number]

const isDoc = (comment: Comment | undefined): comment is Comment =>
  comment?.type === "Block" && comment.value.startsWith("*")

/** What a doc comment says, without its tags. */
const summary = (comment: Comment): string =>
  comment.value
    .split("\n")
    .map((line) => line.replace(/^\s*\*+\s?/u, "").trim())
    .filter((line) => !line.startsWith("@"))
    .join("")

/** Effect's own categories, those that this repository has a use for. */
const categories = [
  "accessors",
  "combinators",
  "configuration",
  "constants",
  "constructors",
  "errors",
  "formatting",
  "guards",
  "hashing",
  "layers",
  "metrics",
  "middleware",
  "models",
  "mutations",
  "options",
  "pattern matching",
  "references",
  "running",
  "schemas",
  "services",
  "testing",
  "validation",
]

const stabilities = ["stable", "unstable", "experimental"]

/** What a tag of a doc comment says. */
const tag = ({ value }: Comment, name: string) => new RegExp(`@${name} (.+)`, "u").exec(value)?.[1]?.trim() ?? ""

const exportedNames = (statement: Statement): ReadonlyArray<string> => {
  if (statement.type !== "ExportNamedDeclaration" || statement.declaration === null) return []
  const { declaration } = statement
  if (declaration.type === "VariableDeclaration") {
    return declaration.declarations.flatMap(({ id }) => (id.type === "Identifier" ? [id.name] : []))
  }
  return "id" in declaration && declaration.id?.type === "Identifier" ? [declaration.id.name] : []
}

export const commentRules = {
  "module-header": inspect("A module opens with what it owns.", (context) => {
    const { ast, text } = context.sourceCode
    const [first] = ast.body
    if (first === undefined) return
    const header = context.sourceCode.getAllComments().find((comment) => comment.type !== "Shebang")
    // A comment that touches a declaration documents that declaration, not the module.
    const isHeader =
      isDoc(header) &&
      header.end <= first.start &&
      summary(header) !== "" &&
      (first.type === "ImportDeclaration" || /^\s*\n\s*\n/u.test(text.slice(header.end)))
    if (isHeader) return
    context.report({
      node: first,
      message: "Open a module with a doc comment: what it owns, what it leaves to others.",
    })
  }),

  docstring: inspect("A public export has a summary and @since.", (context) => {
    // An overload or the type that shares the name of a schema needs no second text.
    const documented = new Set<string>()
    for (const statement of context.sourceCode.ast.body) {
      const undocumented = exportedNames(statement).filter((name) => !documented.has(name))
      if (undocumented.length === 0) continue
      const doc = context.sourceCode.getCommentsBefore(statement).at(-1)
      if (isDoc(doc) && (doc.value.includes("@internal") || (doc.value.includes("@since") && summary(doc) !== ""))) {
        for (const name of undocumented) documented.add(name)
      } else {
        context.report({ node: statement, message: `Document ${undocumented.join(", ")}: a summary and @since.` })
      }
    }
  }),

  stability: inspect("A public export says how stable it is, and of which kind.", (context) => {
    for (const [index, comment] of context.sourceCode.getAllComments().entries()) {
      // The first comment is that of the module; one without a summary belongs to the type of a schema.
      if (index === 0 || !isDoc(comment) || !comment.value.includes("@since") || summary(comment) === "") continue
      if (stabilities.includes(tag(comment, "stability")) && categories.includes(tag(comment, "category"))) continue
      context.report({
        node: comment,
        message: `Say @stability ${stabilities.join(", ")} and @category, one of ${categories.join(", ")}.`,
      })
    }
  }),

  "suppression-reason": inspect("A suppression carries its reason.", (context) => {
    for (const comment of context.sourceCode.getAllComments()) {
      if (!/^\W*(oxlint-disable|eslint-disable|@effect-diagnostics)/u.test(comment.value)) continue
      if (/\s--\s+\S.{8,}/u.test(comment.value)) continue
      context.report({ node: comment, message: "Give the reason of a suppression on the same line, after --." })
    }
  }),

  "no-banner": inspect("A banner means two modules.", (context) => {
    for (const comment of context.sourceCode.getAllComments()) {
      if (!/[-=*#~─━═]{8,}/u.test(comment.value)) continue
      context.report({ node: comment, message: "Split the module instead of dividing it with a banner." })
    }
  }),
}
