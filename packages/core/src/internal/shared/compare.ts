/**
 * Compares an account that was sent with one that was read, where somebody else asked for it.
 */
import * as difference from "../difference.ts"

export const compare = difference.compare
