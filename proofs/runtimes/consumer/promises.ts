/** The same without Effect. */
import { createClient } from "@effect-aptrinsic/client"
import { accountOf, lost, type Server, settleDelay } from "./accounts.ts"

export const run = async (name: string, server: Server): Promise<ReadonlyArray<string>> => {
  const client = createClient({ ...server, settleDelay })
  const create = async (id: string) => {
    const result = await client.createAccount(accountOf(id))
    if ("reason" in result) return `${result.outcome}: ${result.reason._tag}`
    return result.reconciled ? "created, found by a lookup" : "created"
  }
  const outcomes = [await create(name), await create(name), await create(lost(name))]
  const all = []
  for await (const { outcome } of client.createAll([accountOf(name), accountOf(`${name}-all`)])) all.push(outcome)
  await client.dispose()
  return [...outcomes, all.toSorted().join(", ")]
}
