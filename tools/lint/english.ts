/**
 * Turns of phrase that a reader stumbles over, in comments: each was met here often, and each has a plain form.
 */
import { inspect } from "./rule.ts"

const phrases: ReadonlyArray<readonly [pattern: RegExp, plain: string]> = [
  [/\b(?:which|that) (?:is|are) none\b/iu, 'say what it is not: "a value that is not a number"'],
  [/(?<!\bthere )\bis no (?!longer\b|more\b|one\b)\p{L}/iu, 'say "is not a .."'],
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

export const englishRules = {
  "plain-english": inspect("A comment is read once.", (context) => {
    for (const comment of context.sourceCode.getAllComments()) {
      const text = prose(comment.value)
      for (const [pattern, plain] of phrases) {
        const [met] = pattern.exec(text) ?? []
        if (met !== undefined) context.report({ node: comment, message: `"${met.trim()}": ${plain}.` })
      }
    }
  }),
}
