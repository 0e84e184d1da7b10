/**
 * What the simulation (`proofs/simulation`) needs of core beyond what users import: the calls over a gate that it watches and breaks. The
 * manifest names this module for the workspace alone; no published package has it.
 */
export { makeCreateAccount } from "../../src/internal/create.ts"
export { makeLine } from "../../src/internal/line.ts"
export { makeAsk } from "../../src/internal/query.ts"
export { makeUpdateAccount } from "../../src/internal/update.ts"
export { type Admit, type Gate, type Limits, open as openGate, type Verdict } from "../../src/internal/rateBudget.ts"
