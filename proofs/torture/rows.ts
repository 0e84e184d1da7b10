/**
 * The accounts that PX holds before an update is tortured, and the rows that bring it up to date: a fifth say what PX holds, a tenth are new, the
 * others change one to three fields.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"

export interface Pair {
  /** What PX holds before; nothing for an account to create. */
  readonly before: NewAccount | undefined
  /** What the row says, and what it said before, the last one last. */
  readonly said: Array<NewAccount>
}

export const rowOf = ({ said }: Pair): NewAccount => said.at(-1)!

/** Lets the row say something else. */
export const change = ({ said }: Pair): void => {
  const row = said.at(-1)!
  said.push({ ...row, numberOfEmployees: row.numberOfEmployees! + 10_000_000 })
}

const accountOf = (index: number): NewAccount => ({
  id: `acc-${index + 1}`,
  name: `Acme, ${index + 1}`,
  propertyKeys: ["AP-XXXXXXXXXX-2"],
  plan: "free",
  numberOfEmployees: index,
})

export const pairOf = (index: number): Pair => {
  const account = accountOf(index)
  const kind = index % 10
  // Of every other account PX holds no csm, and of all of them an industry, of which no row says anything.
  const before = { ...account, industry: "Software", ...(index % 2 === 0 ? { csm: "dana" } : {}) }
  if (kind === 0) return { before: undefined, said: [{ ...account, csm: "ravi" }] }
  if (kind <= 2) return { before, said: [account] }
  const changes = [{ plan: "pro" }, { numberOfEmployees: index + 1_000_000 }, { csm: "ravi" }]
  return { before, said: [Object.assign({}, account, ...changes.slice(0, 1 + (index % 3)))] }
}

/** A value as a name for what changes of a row. */
export interface Field {
  readonly path: string
  readonly from?: unknown
  readonly to: unknown
}

/** What a row overwrites. */
export const fieldsOf = ({ before, said }: Pair): ReadonlyArray<Field> =>
  Object.entries(said.at(-1)!).flatMap(([path, to]) => {
    const from = before?.[path as keyof NewAccount]
    if (before === undefined || JSON.stringify(from) === JSON.stringify(to)) return []
    return [{ path, ...(from === undefined ? {} : { from }), to }]
  })

/** What PX is to hold after all rows. */
export const afterOf = ({ before, said }: Pair): NewAccount => ({ ...before, ...said.at(-1)! })
