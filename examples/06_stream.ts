/**
 * Accounts from a program's own data, without a file: each one comes back with what became of it.
 */
import { BulkAccounts } from "@effect-aptrinsic/bulk"
import { Accounts } from "@effect-aptrinsic/core"
import { layerHttpClient, runMain } from "@effect-aptrinsic/runtime/node"
import { Console, Effect, Layer, Match, Stream } from "effect"

/** As a query of a database would give them. */
const customers = Stream.make(
  { key: "duff", title: "Duff Brewery", seats: 40 },
  { key: "moes", title: "", seats: 1 },
  { key: "kwik", title: "Kwik-E-Mart", seats: 3 },
  { key: "duff", title: "Duff Breweries", seats: 40 },
)

const describe = Match.typeTags<BulkAccounts.AccountOutcome>()({
  Created: ({ confirmed, id }) => `${id}: created${confirmed ? ", a lookup showed it" : ""}`,
  Duplicate: ({ differences, id }) => `${id}: was there before; differs in ${differences.join(", ") || "nothing"}`,
  Failed: ({ id, message }) => `${id}: not created: ${message}`,
  InDoubt: ({ id, message }) => `${id}: nobody can tell yet: ${message}`,
})

const program = customers.pipe(
  Stream.map(({ key, seats, title }) => ({
    id: key,
    name: title,
    propertyKeys: ["AP-XXXXXXXXXX-2"],
    customAttributes: { seats },
  })),
  BulkAccounts.createAll(),
  Stream.runForEach((outcome) => Console.log(`${outcome.row} ${describe(outcome)}`)),
)

const accounts = Accounts.layerFromConfig.pipe(Layer.provide(layerHttpClient()))

runMain(Effect.provide(program, accounts))
