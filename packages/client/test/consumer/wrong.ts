/**
 * A program that does not type-check: the types of the installed package must say so, in the words of the comments.
 */
import { createClient } from "@effect-aptrinsic/client"

const client = createClient({ apiKey: "a-key-of-px" })

const account = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] }

// @ts-expect-error -- Type 'number' is not assignable to type 'string'.
export const id = client.createAccount({ id: 1, name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] })

// @ts-expect-error -- Type '"skip"' is not assignable to type
export const option = client.createAccount(account, { ifExists: "skip" })

const created = await client.createAccount(account)

// @ts-expect-error -- Property 'evidence' does not exist on type
export const { evidence } = created

const read = await client.getAccount("acme")

// @ts-expect-error -- Property 'account' does not exist on type
export const { account: found } = read
