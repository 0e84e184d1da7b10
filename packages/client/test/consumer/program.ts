/**
 * A program without Effect: it creates an account, the same once more, and reads it back.
 */
import process from "node:process"
import { createClient } from "@effect-aptrinsic/client"

const account = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] }

const { APTRINSIC_API_KEY: apiKey = "", APTRINSIC_BASE_URL: baseUrl } = process.env

const client = createClient({ apiKey, baseUrl })
const created = await client.createAccount(account)
const again = await client.createAccount(account)
const read = await client.getAccount(account.id)
await client.dispose()

const second =
  again.outcome === "not created" && again.reason._tag === "PossibleDuplicate"
    ? `exists with ${again.reason.existing} data`
    : again.outcome

// oxlint-disable-next-line no-console -- what it prints is what the test looks at
console.log(
  JSON.stringify({
    created: created.outcome === "created" ? created.account.id : created.outcome,
    second,
    read: read.outcome === "found" ? read.account.name : read.outcome,
  }),
)
