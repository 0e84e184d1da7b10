/** Where a walk through a value from outside ends. */

/** Deeper than any account is nested, and far from where recursion ends. */
export const maxDepth = 100
