/** The programs on Bun: `bun bun.ts API_KEY BASE_URL`. */
import process from "node:process"
import * as Effects from "./effect.ts"
import * as Promises from "./promises.ts"

const [apiKey = "", baseUrl = ""] = process.argv.slice(2)
const server = { apiKey, baseUrl }
process.stdout.write(
  JSON.stringify({ effect: await Effects.run("bun", server), promises: await Promises.run("bun-promised", server) }),
)
