/**
 * A job on three workers, one of them on Deno, over a Postgres, while workers are killed and frozen, the network between a worker and the database is
 * cut in one of three ways, and the database itself is killed: `npm run proof:jobs`. Every row has to come to one outcome, the one that PX holds, and none
 * may be sent again without a lookup. `--rows`, `--faults`, `--rate`, `--freeze` (seconds) and `--seed` choose another run; `--embedded` does it with
 * an SQLite file.
 */
import process from "node:process"
import { parseArgs } from "node:util"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Cluster from "./cluster.ts"
import * as Embedded from "./embedded.ts"

const { values } = parseArgs({
  options: {
    embedded: { type: "boolean", default: false },
    rows: { type: "string" },
    faults: { type: "string", default: "30" },
    rate: { type: "string", default: "400" },
    freeze: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
})
const rate = Number(values.rate)
const proof = values.embedded
  ? Embedded.proof(Number(values.rows ?? "20000"), rate)
  : Cluster.proof({
      rows: Number(values.rows ?? "100000"),
      faults: Number(values.faults),
      rate,
      freeze: Number(values.freeze),
      seed: values.seed,
    })

const problems = await Effect.runPromise(proof)
await Effect.runPromise(Console.log(problems.length === 0 ? "No violation." : problems.slice(0, 40).join("\n")))
process.exitCode = problems.length === 0 ? 0 : 1
