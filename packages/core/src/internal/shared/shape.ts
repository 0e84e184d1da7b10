/**
 * The shape of an account as a tree, for packages that build schemas of other libraries from it.
 */
import { treeOf } from "../shape.ts"

export type { Group, Leaf, Member } from "../shape.ts"

export { treeOf }
