/** `aptrinsic worker`: its flags and help. Its code is loaded when it runs. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { file, optional, port, text, withConnection } from "../input/Flags.ts"
import { database } from "./jobs/flags.ts"
import { load } from "./load.ts"

export const worker = Command.make(
  "worker",
  {
    database,
    host: text(
      "host",
      "NAME",
      "Name or address under which other workers reach this one [default: that of this machine]",
    ).pipe(optional),
    listen: text("listen", "ADDRESS", "Address to listen on [default: 0.0.0.0 with a Postgres, else 127.0.0.1]").pipe(
      optional,
    ),
    port: port("Port for other workers and for health checks; 0 is any free one [default: 7433]").pipe(
      Flag.withDefault(7433),
    ),
    keys: file("keys", "Folder with a file for each API key, by the names that jobs give them").pipe(optional),
  },
  load(() => import("./worker/run.ts")),
).pipe(
  withConnection,
  Command.withShortDescription("Carry out jobs"),
  Command.withDescription(
    [
      "Carry out the jobs of a database until it is stopped. With a Postgres, any number of workers share the jobs, on as many machines, and one that dies is replaced within seconds; with a file, one works and others stand by.",
      "",
      "GET /health/live and /health/ready answer on its port: ready is 503 while the database is away, and while it stops. SIGTERM stops it: requests on the wire are awaited, the rest is left to the other workers, or to the next one. Other workers need to reach its port; nobody else should.",
      "",
      "GET /metrics is for Prometheus. OTEL_EXPORTER_OTLP_ENDPOINT names a collector of OpenTelemetry, to which metrics, spans and logs are sent.",
      "",
      "A job names its API key: default is the one of this command's environment or flags, another name that of a profile, or of APTRINSIC_API_KEY_NAME.",
    ].join("\n"),
  ),
  Command.withExamples([
    { command: "aptrinsic worker" },
    { command: "APTRINSIC_DATABASE=postgres://jobs@db/jobs aptrinsic worker --host 10.0.0.7" },
    { command: "aptrinsic worker --keys /run/secrets/px" },
  ]),
)
