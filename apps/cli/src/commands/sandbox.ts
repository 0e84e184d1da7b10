/** `aptrinsic sandbox`: its flags and help. Its code is loaded when it runs. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"
import { file, optional, port, text, toggle, wholeNumber } from "../input/Flags.ts"
import { Usage } from "../output/HelpPage.ts"
import { load } from "./load.ts"

const rate = Schema.Finite.check(
  Schema.makeFilter((value: number) => value >= 0 && value <= 1, { expected: "a number from 0 to 1" }),
)

const types = ["STRING", "NUMBER", "BOOLEAN", "DATE_TIME"]

const attribute = Schema.String.check(
  Schema.makeFilter((value: string) => new RegExp(`^[^:]+(:(${types.join("|")}))?$`, "u").test(value), {
    expected: `a name, or a name with ${types.join(", ")} after a colon`,
  }),
)

const number = (name: string, metavar: string, schema: Schema.Codec<number>, description: string) =>
  Flag.Finite(name).pipe(Flag.withMetavar(metavar), Flag.withSchema(schema), Flag.withDescription(description))

export const sandbox = Command.make(
  "sandbox",
  {
    command: Argument.String("COMMAND").pipe(
      Argument.withDescription(
        "Run this against the sandbox and return its exit code; 127 when there is no such command",
      ),
      Argument.atLeast(0),
    ),
    port: port("Port on 127.0.0.1; 0 is any free one [default: 4010; with COMMAND: 0]").pipe(optional),
    limit: number(
      "limit",
      "N",
      wholeNumber(1, 100_000_000),
      "Requests per second before it answers 429 [default: 200]",
    ).pipe(Flag.withDefault(200)),
    faults: number("faults", "RATE", rate, "Share of requests that meet a fault, 0 to 1 [default: 0]").pipe(
      Flag.withDefault(0),
    ),
    latency: number("latency", "MS", wholeNumber(0, 600_000), "Milliseconds before each answer [default: 20]").pipe(
      Flag.withDefault(20),
    ),
    seed: number("seed", "N", wholeNumber(0, Number.MAX_SAFE_INTEGER), "Makes the faults repeatable [default: 0]").pipe(
      Flag.withDefault(0),
    ),
    accounts: number(
      "accounts",
      "N",
      wholeNumber(0, 100_000_000),
      "Start with so many accounts, account-0000001 and on; in memory only [default: 0]",
    ).pipe(Flag.withDefault(0)),
    attribute: text(
      "attribute",
      "NAME[:TYPE]",
      "A custom attribute that exists, STRING, NUMBER, BOOLEAN or DATE_TIME; repeat for more. Others are refused then [default: any are taken]",
    ).pipe(Flag.withSchema(attribute), Flag.atLeast(0)),
    product: text("product", "AP-…", "Tag key of its product; repeat for more [default: AP-XXXXXXXXXX-2]").pipe(
      Flag.atLeast(0),
    ),
    readOnly: toggle("read-only").pipe(Flag.withDescription("The key may read and not write: it gets 403")),
    log: toggle("log").pipe(
      Flag.withDescription(
        "Tell each request in a line on stderr; without COMMAND a terminal shows them anyway, unless --quiet",
      ),
    ),
    database: file("database", "Keep the accounts in a SQLite file [default: in memory]").pipe(optional),
  },
  load(() => import("./sandbox/run.ts")),
).pipe(
  Command.withDescription(
    "Serve the PX accounts API on this machine, with its limits and, if wanted, its failures. It needs no API key of yours and sends nothing anywhere. Ctrl-C stops it. Its page, in a browser at its address, shows what it is asked and holds, and has a switch for each limit and fault.\n\nWith a COMMAND it runs that with APTRINSIC_BASE_URL and APTRINSIC_API_KEY set, and stops when it ends.",
  ),
  Command.withShortDescription("Serve a local PX to try things on"),
  Command.annotate(Usage, "[flags] [-- COMMAND…]"),
  Command.withExamples([
    { command: "aptrinsic sandbox" },
    { command: "aptrinsic sandbox --limit 60 --faults 0.03" },
    { command: "aptrinsic sandbox --accounts 1000000" },
    { command: "aptrinsic sandbox -- npm test" },
  ]),
)
