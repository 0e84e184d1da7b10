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

// @ts-expect-error -- Object literal may only specify known properties, but 'plann' does not exist in type
export const field = client.createAccount({ ...account, plann: "pro" })

// @ts-expect-error -- Object literal may only specify known properties, and 'id' does not exist in type
export const changes = client.updateAccount("acme", { id: "acme" })

// @ts-expect-error -- This comparison appears to be unintentional because the types
export const isThere = created.outcome === "exists"

// @ts-expect-error -- Type 'AbortController' is missing the following properties from type 'AbortSignal'
export const signal = client.createAccount(account, { signal: new AbortController() })

// @ts-expect-error -- Property 'propertyKeys' is missing in type
export const row = client.createAll([{ id: "acme", name: "Acme Inc" }])

// @ts-expect-error -- Object literal may only specify known properties, but 'concurency' does not exist in type 'CreateAllOptions'.
export const concurrency = client.createAll([account], { concurency: 8 })

for await (const result of client.createAll([account])) {
  // @ts-expect-error -- Property 'reason' does not exist on type
  void result.reason
}

// @ts-expect-error -- Property 'apiKey' is missing in type
export const keyless = createClient({ dataCenter: "eu" })
