/**
 * The oxlint plugin `aptrinsic`: the style rules of this repository that stock oxlint does not have.
 */
import { commentRules } from "./comments.ts"
import { englishRules } from "./english.ts"
import { syntaxRules } from "./syntax.ts"

export default { meta: { name: "aptrinsic" }, rules: { ...syntaxRules, ...commentRules, ...englishRules } }
