/**
 * Turns of phrase that a reader stumbles over, in comments and in texts: each was met here often, and each has a plain form.
 */
import type { Rule } from "./rule.ts"

const phrases: ReadonlyArray<readonly [pattern: RegExp, plain: string]> = [
  [/\b(?:which|that) (?:is|are) none\b/iu, 'say what it is not: "a value that is not a number"'],
  [/(?<!\bthere )\b(?:is|are) no (?!longer\b|more\b|one\b)\p{L}/iu, 'say "is not a .."'],
  [/\ball the same(?=[\s]*(?:[.,:;)]|$))/iu, 'say "anyway" or "nevertheless"'],
  [/\bwhoever\b/iu, "name who it is: the caller, the fiber, the reader"],
  [/(?:^|[.:;] )Of (?:an?|the|those|these|all|several) /u, "begin with the thing itself, not with what it belongs to"],
  [
    /(?:^|[.:;] )What (?:is|was|are|were) /u,
    'name the thing: "The doubts about an account", not "What is doubtful about it"',
  ],
]

/** What a comment says, as one line without its tags and examples. */
const prose = (comment: string): string =>
  comment
    .replaceAll(/```[\s\S]*?```/gu, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\*+\s?/u, "").trim())
    .filter((line) => !line.startsWith("@"))
    .join(" ")
    .trim()

/** The first phrase of a text that is to be said otherwise, and how. */
const complaintAbout = (text: string): string | undefined => {
  for (const [pattern, plain] of phrases) {
    const [met] = pattern.exec(text) ?? []
    if (met !== undefined) return `"${met.trim()}": ${plain}.`
  }
  return undefined
}

const plainEnglish: Rule = {
  meta: { type: "problem", docs: { description: "A comment, and a text that people see, is read once." } },
  create: (context) => {
    const judge = (node: Parameters<typeof context.report>[0]["node"], text: unknown) => {
      const message = typeof text === "string" ? complaintAbout(text) : undefined
      if (message !== undefined) context.report({ node: node!, message })
    }
    return {
      Program: () => {
        for (const comment of context.sourceCode.getAllComments()) judge(comment as never, prose(comment.value))
      },
      Literal: (node) => judge(node, node.value),
      TemplateElement: (node) => judge(node, node.value.cooked),
    }
  },
}

export const englishRules = { "plain-english": plainEnglish }
