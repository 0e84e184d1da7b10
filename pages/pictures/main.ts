/**
 * Takes the pictures of the pages that the documentation shows: `node pages/pictures/main.ts`, or those that are named behind it. Look at them
 * before they are kept.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { kept, madeFrom, pictures, record, type Name } from "./kept.ts"
import { live } from "./live.ts"
import { plan } from "./plan.ts"
import { report } from "./report.ts"
import { sandbox } from "./sandbox.ts"
import { type Shoot, shootInto } from "./screens.ts"

const subjects: { readonly [name in Name]: (shoot: Shoot) => Effect.Effect<unknown, unknown> } = {
  live,
  plan,
  report,
  sandbox,
}

const asked = process.argv.slice(2)
const names = (Object.keys(subjects) as Array<Name>).filter((name) => asked.length === 0 || asked.includes(name))
const program = Effect.forEach(names, (name) =>
  Effect.andThen(
    subjects[name](shootInto((screen) => join(pictures, `${name}-${screen}.png`))),
    Console.log(`${name} is taken`),
  ),
)
await Effect.runPromise(program)
const taken = Object.fromEntries(names.map((name) => [name, madeFrom(name)]))
writeFileSync(record, `${JSON.stringify({ ...kept(), ...taken }, null, 2)}\n`)
// The browser would keep the process alive.
process.exit()
