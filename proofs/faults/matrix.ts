/**
 * The scenarios of the fault matrix that concern one call, or one list, in the order of their numbers. Numbers 48 to 52 and 55, and the record
 * a bulk import keeps in 42, concern files and imports.
 */
import { answers } from "./answers.ts"
import { connections } from "./connections.ts"
import { doors } from "./doors.ts"
import { evidence } from "./evidence.ts"
import { inputs } from "./inputs.ts"
import { asLists } from "./lists.ts"
import { asUpdates } from "./updates.ts"

const creates = [...answers, ...connections, ...evidence, ...inputs, ...doors].toSorted((a, b) => a.number - b.number)

export const matrix = [...creates, ...asUpdates(creates), ...asLists(creates)]
