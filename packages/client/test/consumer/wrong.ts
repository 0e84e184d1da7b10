/**
 * A program that does not type-check: the types of the installed package must say so.
 */
import { createClient } from "@effect-aptrinsic/client"

const client = createClient({ apiKey: "a-key-of-px" })

// @ts-expect-error -- an id is a string.
export const created = client.createAccount({ id: 1, name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] })

const read = await client.getAccount("acme")

// @ts-expect-error -- there is an account only where one was found.
export const { account } = read
