/** `aptrinsic accounts`: its verbs, their flags and help. Their code is loaded when they run. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { toggle, withConnection } from "../Flags.ts"
import { load } from "./load.ts"

const create = Command.make(
  "create",
  {
    id: Argument.String("ID").pipe(
      Argument.withDescription("Account id, unique and case-sensitive; may come from the file"),
      Argument.optional,
      Argument.map(Option.getOrUndefined),
    ),
    name: Flag.String("name").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription("Account name"),
      Flag.optional,
      Flag.map(Option.getOrUndefined),
    ),
    set: Flag.String("set").pipe(
      Flag.withMetavar("FIELD=VALUE"),
      Flag.withDescription("Set a field; repeat for more"),
      Flag.atLeast(0),
    ),
    file: Flag.String("file").pipe(
      Flag.withAlias("f"),
      Flag.withMetavar("FILE"),
      Flag.withDescription("Read the account from a JSON file; - is stdin"),
      Flag.optional,
      Flag.map(Option.getOrUndefined),
    ),
    ifExists: Flag.Literals("if-exists", ["fail", "skip"]).pipe(
      Flag.withMetavar("fail|skip"),
      Flag.withDescription("When the account exists: exit with 5, or accept it as it is [default: fail]"),
      Flag.withDefault("fail" as const),
    ),
    accept: Flag.String("accept").pipe(
      Flag.withMetavar("CODE"),
      Flag.withDescription("Create it although it is doubtful in this way, as date_in_1970; repeat for more"),
      Flag.atLeast(0),
    ),
  },
  load(() => import("./accounts/create.ts")),
).pipe(
  withConnection,
  Command.withShortDescription("Create one account"),
  Command.withDescription(
    [
      "Create one account. Everything is checked before anything is sent, and every problem is reported at once. Flags override the file.",
      "",
      "--set takes the fields of 'aptrinsic accounts fields', as location.city. A date is written 2027-01-31, 2027-01-31T09:00:00Z or in epoch milliseconds. A text means what it means in a column of an import. That of customAttributes.NAME is a number if it is one as JavaScript would write it (7, not 1.10), true or false, else text; customAttributes.NAME:text, :number, :boolean, :date and :json say which.",
    ].join("\n"),
  ),
  Command.withExamples([
    { command: "aptrinsic accounts create acme --name 'Acme Inc' --product-key AP-XXXXXXXXXX-2" },
    { command: "aptrinsic accounts create acme -f acme.json --set plan=pro" },
    { command: "jq '.accounts[0]' export.json | aptrinsic accounts create -f -" },
  ]),
)

const get = Command.make(
  "get",
  { id: Argument.String("ID").pipe(Argument.withDescription("Account id, case-sensitive")) },
  load(() => import("./accounts/get.ts")),
).pipe(
  withConnection,
  Command.withDescription(
    "Show one account, the fields that are set. PX returns a number that is not set as 0; --json shows everything it returns.",
  ),
  Command.withShortDescription("Show one account"),
  Command.withExamples([
    { command: "aptrinsic accounts get acme" },
    { command: "aptrinsic accounts get acme --json | jq .account.plan" },
  ]),
)

const fields = Command.make(
  "fields",
  {
    csv: toggle("csv").pipe(
      Flag.withDescription(
        "Print the header row of a CSV file; add a column customAttributes.NAME for each of your own",
      ),
    ),
  },
  load(() => import("./accounts/fields.ts")),
).pipe(
  Command.withDescription("List the fields of an account: their types, which are required, what they mean."),
  Command.withShortDescription("List the fields of an account"),
)

const text = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description))

const optional = <A>(flag: Flag.Flag<A>) => flag.pipe(Flag.optional, Flag.map(Option.getOrUndefined))

const positive = (name: string, metavar: string, description: string) =>
  Flag.Int(name).pipe(
    Flag.withMetavar(metavar),
    Flag.withDescription(description),
    Flag.filter(
      (value) => value >= 1,
      () => "a whole number of at least 1",
    ),
  )

const importFile = Command.make(
  "import",
  {
    file: Argument.String("FILE").pipe(
      Argument.withDescription("CSV, NDJSON or JSON; - is stdin, and then --report is needed"),
    ),
    dryRun: toggle("dry-run").pipe(
      Flag.withDescription("Check the whole file and send nothing; needs no key and no network"),
    ),
    map: text("map", "COLUMN=FIELD", "Read a column as this field; repeat for more").pipe(Flag.atLeast(0)),
    ignore: text("ignore", "COLUMN", "Pass over a column; repeat for more").pipe(Flag.atLeast(0)),
    set: text("set", "FIELD=VALUE", "Give every row this value; repeat for more").pipe(Flag.atLeast(0)),
    mapping: text("mapping", "FILE", "Read these flags from a file that --save-mapping wrote").pipe(optional),
    saveMapping: text(
      "save-mapping",
      "FILE",
      "Keep --map, --ignore, --set, --product-key and how dates and numbers are written",
    ).pipe(optional),
    format: Flag.Literals("format", ["csv", "ndjson", "json"]).pipe(
      Flag.withMetavar("FORMAT"),
      Flag.withDescription("csv, ndjson or json [default: by the content]"),
      optional,
    ),
    delimiter: text("delimiter", "C", "Character between cells [default: found in the first row]").pipe(optional),
    encoding: text("encoding", "NAME", "As windows-1252; a byte order mark goes before it [default: utf-8]").pipe(
      optional,
    ),
    dateFormat: text(
      "date-format",
      "FORMAT",
      "As DD/MM/YYYY; 2027-01-31 always works; repeat for more, tried in order",
    ).pipe(Flag.atLeast(0)),
    timeZone: text("time-zone", "ZONE", "Of dates that name none, as Europe/Berlin [default: UTC]").pipe(optional),
    decimal: Flag.Literals("decimal", [".", ","]).pipe(
      Flag.withMetavar("MARK"),
      Flag.withDescription("Decimal mark of numbers [default: .]"),
      optional,
    ),
    grouping: Flag.Literals("grouping", [",", ".", " ", "'"]).pipe(
      Flag.withMetavar("MARK"),
      Flag.withDescription("What stands between thousands [default: nothing]"),
      optional,
    ),
    nulls: text("null", "TEXT", 'A cell that means "not set" if it is exactly this, as N/A; repeat for more').pipe(
      Flag.atLeast(0),
    ),
    skipInvalid: toggle("skip-invalid").pipe(
      Flag.withDescription("Import the valid rows of a file that has invalid ones"),
    ),
    accept: text(
      "accept",
      "CODE",
      "Send rows although they are doubtful in this way, as date_in_1970; repeat for more",
    ).pipe(Flag.atLeast(0)),
    problems: text("problems", "FILE", "Write every problem and warning to a file, as NDJSON").pipe(optional),
    ifExists: Flag.Literals("if-exists", ["skip", "fail"]).pipe(
      Flag.withMetavar("skip|fail"),
      Flag.withDescription("Accounts that exist are never changed; exit with 0, or with 6 [default: skip]"),
      Flag.withDefault("skip" as const),
    ),
    maxFailures: positive(
      "max-failures",
      "N",
      "Stop after so many rows that failed [default: when the first 50 all fail for one reason]",
    ).pipe(optional),
    outage: text(
      "outage",
      "TIME",
      "How long PX may give no usable answer before the import halts, as 2h [default: 15m]",
    ).pipe(Flag.withDefault("15m")),
    rate: positive("rate", "N", "Requests per second [default: 100; PX allows about 200]").pipe(Flag.withDefault(100)),
    dailyQuota: positive("daily-quota", "N", "Requests in 24 hours [default: 1000000]").pipe(
      Flag.withDefault(1_000_000),
    ),
    concurrency: positive("concurrency", "N", "Rows in flight [default: 32]").pipe(Flag.withDefault(32)),
    report: text("report", "FILE", "The report, by which a run is continued [default: FILE.import.ndjson]").pipe(
      optional,
    ),
    restart: toggle("restart").pipe(Flag.withDescription("Put an earlier report aside and begin anew")),
  },
  load(() => import("./accounts/import.ts")),
).pipe(
  withConnection,
  Command.withShortDescription("Import a file of accounts"),
  Command.withDescription(
    [
      "Import a file of accounts. The whole file is checked before anything is sent. Every row is recorded in a report; the same command run again continues, whatever stopped it.",
      "",
      "Columns match fields by name, whatever their case, spaces and underscores, and by the names common CRMs use; customAttributes.NAME is a custom attribute, customAttributes.NAME:text keeps it text. Rows that were not created go to a file beside it, accounts.failed.csv for accounts.csv: correct it and import it with the same flags. Ctrl-C waits for the answers to requests in flight; a second one aborts. Without --timeout a row may take 10 minutes, pauses that PX asks for included. When PX cannot be reached, one row at a time tries, and the others wait.",
    ].join("\n"),
  ),
  Command.withExamples([
    { command: "aptrinsic accounts import accounts.csv --dry-run" },
    { command: "aptrinsic accounts import accounts.csv --map Seats=customAttributes.seats" },
    { command: "mysql … | aptrinsic accounts import - --report today.ndjson" },
  ]),
)

export const accounts = Command.make("accounts").pipe(
  Command.withDescription("Create, import and show accounts."),
  Command.withShortDescription("Create, import and show accounts"),
  Command.withSubcommands([create, importFile, get, fields]),
)
