/**
 * A job on three workers, one of them on Deno, over a Postgres, while workers are killed and frozen, the network between a worker and the database is
 * cut in one of three ways, and the database itself is killed: `npm run proof:jobs`. Every row has to come to one outcome, the one that PX holds, and none
 * may be sent again without a lookup. `--rows`, `--faults`, `--rate`, `--freeze` (seconds) and `--seed` choose another run; `--embedded` does it with
 * an SQLite file.
 */
import { parseArgs } from "node:util"
import * as Cluster from "./cluster.ts"
import { conclude } from "./conclude.ts"
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
const [rate, faults, freeze] = [Number(values.rate), Number(values.faults), Number(values.freeze)]
const rows = Number(values.rows ?? (values.embedded ? "20000" : "100000"))
/** Seconds, for a machine that does other things too. */
const patience = 300 + (5 * rows) / rate

if (values.embedded) await conclude(Embedded.proof(rows, rate), patience)
else await conclude(Cluster.proof({ rows, faults, rate, freeze, seed: values.seed }), patience + faults * (freeze + 40))
