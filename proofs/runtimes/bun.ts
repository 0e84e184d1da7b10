/** The program on Bun: `bun bun.ts API_KEY BASE_URL`. */
import process from "node:process"
import * as Effect from "effect/Effect"
import { accounts, program } from "./program.ts"

const [apiKey = "", baseUrl = ""] = process.argv.slice(2)
const outcomes = await Effect.runPromise(Effect.provide(program("bun"), accounts({ apiKey, baseUrl })))
process.stdout.write(JSON.stringify(outcomes))
