/**
 * The two ways a rule is written here: a syntax pattern that must not occur, or a look at a whole file.
 */
import type { RuleTester } from "oxlint/plugins-dev"

export type Rule = Parameters<RuleTester["run"]>[1]
export type Context = Parameters<NonNullable<Rule["create"]>>[0]
export type Statement = Context["sourceCode"]["ast"]["body"][number]

/** Forbids the nodes that an esquery selector matches. */
export const forbid = (selector: string, message: string): Rule => ({
  meta: { type: "problem", docs: { description: message } },
  create: (context) => ({ [selector]: (node) => context.report({ node, message }) }),
})

/** Looks at a file as a whole, and reports what it finds. */
export const inspect = (description: string, run: (context: Context) => void): Rule => ({
  meta: { type: "problem", docs: { description } },
  create: (context) => ({ Program: () => run(context) }),
})
