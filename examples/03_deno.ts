/**
 * Creates the account of a JSON file on Deno: `deno run --allow-env --allow-net --allow-read 03_deno.ts accounts/globex.json`.
 */
import process from "node:process"
import { Accounts, AccountValidation } from "@effect-aptrinsic/core"
import { layerHttpClient, layerServices, runMain } from "@effect-aptrinsic/runtime/deno"
import { Console, Effect, FileSystem, Layer } from "effect"

const program = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const file = process.argv[2] ?? "accounts/globex.json"
  const account = yield* AccountValidation.validate(JSON.parse(yield* fs.readFileString(file)))
  const created = yield* Accounts.createAccount(account)
  yield* Console.log(`Created ${created.account.name} from ${file}.`)
})

const accounts = Accounts.layerFromConfig.pipe(Layer.provide(layerHttpClient()))

runMain(program.pipe(Effect.provide([accounts, layerServices])))
