/** `aptrinsic accounts`: its verbs, their flags and help. Their code is loaded when they run. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { file, fileArgument, optional, positive, text, toggle, withConnection } from "../input/Flags.ts"
import { Meant } from "../output/OtherTools.ts"
import { flags as diffFlags } from "./accounts/diff/flags.ts"
import { flags as importFlags } from "./accounts/import/flags.ts"
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
    file: file("file", "Read the account from a JSON file; - is stdin").pipe(Flag.withAlias("f"), optional),
    ifExists: Flag.Literals("if-exists", ["fail", "skip", "update"]).pipe(
      Flag.withMetavar("fail|skip|update"),
      Flag.withDescription(
        "When the account exists: exit with 5, accept it as it is, or change the fields that differ [default: fail]",
      ),
      Flag.withDefault("fail" as const),
    ),
    accept: Flag.String("accept").pipe(
      Flag.withMetavar("CODE"),
      Flag.withDescription("Create it despite a doubt, such as date_in_1970; repeat for more"),
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
      "--set takes the fields that 'aptrinsic accounts fields' lists, such as location.city. A date is written 2027-01-31, 2027-01-31T09:00:00Z or in epoch milliseconds. A text is read as in a column of an import. The value of customAttributes.NAME is a number if JavaScript would write it so (7, not 1.10), true or false, else text; customAttributes.NAME:text, :number, :boolean, :date and :json name the type.",
      "",
      "--if-exists update changes the fields that are given and differ, leaves the others, and shows each with its old and its new value. The product keys have to be given with it: those of a profile or of APTRINSIC_PRODUCT_KEY would replace the account's own by the way.",
    ].join("\n"),
  ),
  Command.withExamples([
    { command: "aptrinsic accounts create acme --name 'Acme Inc' --product-key AP-XXXXXXXXXX-2" },
    { command: "aptrinsic accounts create acme -f acme.json --set plan=pro" },
    { command: "aptrinsic accounts create -f acme.json --if-exists update" },
    { command: "jq '.accounts[0]' export.json | aptrinsic accounts create -f -" },
  ]),
)

const update = Command.make(
  "update",
  {
    id: Argument.String("ID").pipe(Argument.withDescription("Account id, case-sensitive")),
    set: Flag.String("set").pipe(
      Flag.withMetavar("FIELD=VALUE"),
      Flag.withDescription("Change a field; repeat for more"),
      Flag.atLeast(0),
    ),
    file: file("file", "Read the changes from a JSON file; - is stdin").pipe(Flag.withAlias("f"), optional),
    accept: Flag.String("accept").pipe(
      Flag.withMetavar("CODE"),
      Flag.withDescription("Update it despite a doubt, such as date_in_1970; repeat for more"),
      Flag.atLeast(0),
    ),
  },
  load(() => import("./accounts/update.ts")),
).pipe(
  withConnection,
  Command.withShortDescription("Change fields of one account"),
  Command.withDescription(
    "Change fields of one account that exists; the others stay as they are. Everything is checked before anything is sent. The fields and their values are written as for 'aptrinsic accounts create'; an empty value is refused, because no call is known to clear a field.",
  ),
  Command.withExamples([
    { command: "aptrinsic accounts update acme --set plan=pro --set renewalDate=2027-01-31" },
    { command: "aptrinsic accounts update acme -f changes.json" },
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

const filter = text(
  "filter",
  "CONDITIONS",
  "Only accounts that fulfil them, in the words of PX: plan==pro, name~acme*, healthScore<50; separated by ;, all of which have to hold",
).pipe(optional)

const list = Command.make(
  "list",
  {
    filter,
    limit: positive("limit", "N", "Show at most N accounts [default: 100]").pipe(Flag.withDefault(100)),
  },
  load(() => import("./accounts/list.ts")),
).pipe(
  withConnection,
  Command.withShortDescription("List accounts"),
  Command.withDescription(
    "List accounts in the order of PX, as a table; a terminal cuts long names. --json prints one line of JSON for each account, and a last one with the error if the list breaks off. One request lists a thousand accounts.",
  ),
  Command.withExamples([
    { command: "aptrinsic accounts list" },
    { command: "aptrinsic accounts list --filter 'plan==pro;healthScore<50' --limit 1000" },
    { command: "aptrinsic accounts list --json | jq -r .id" },
  ]),
)

const exportFile = Command.make(
  "export",
  {
    file: fileArgument("File to write, which must not exist yet [default: stdout]").pipe(
      Argument.optional,
      Argument.map(Option.getOrUndefined),
    ),
    format: Flag.Literals("format", ["csv", "ndjson", "xlsx"]).pipe(
      Flag.withMetavar("csv|ndjson|xlsx"),
      Flag.withDescription("How to write it [default: by the name of the file, else csv]"),
      optional,
    ),
    filter,
    columns: text(
      "columns",
      "FIELDS",
      "Only these, such as id,name,customAttributes.seats:number [default: all that an import takes]",
    ).pipe(optional),
    force: toggle("force").pipe(Flag.withDescription("Replace a file that exists")),
  },
  load(() => import("./accounts/export/command.ts")),
).pipe(
  withConnection,
  Command.withShortDescription("Write all accounts to a file"),
  Command.withDescription(
    [
      "Write all accounts of the subscription to a file or to stdout, a thousand with each request, in little memory. 'aptrinsic accounts import' reads the file back without a flag.",
      "",
      "The file gets its name when it is complete; until then it is FILE.part, which a list that breaks off does not leave behind. One of CSV begins with a byte order mark, for spreadsheets. A workbook (.xlsx) has one sheet of at most 1,048,575 accounts and 4 GiB, cells of at most 32,767 characters, dates as days where they are whole days, and texts that stay texts, such as 00123. Custom attributes are one column of JSON; --columns customAttributes.NAME gives one its own, customAttributes.NAME:json whatever its values are. A field that is not set is left empty, and a number that is 0 with it: PX returns both alike. numberOfUsers, createDate and lastModifiedDate, which PX keeps by itself, are written only when --columns names them.",
    ].join("\n"),
  ),
  Command.withExamples([
    { command: "aptrinsic accounts export accounts.csv" },
    { command: "aptrinsic accounts export accounts.xlsx --columns id,name,plan,renewalDate" },
    { command: "aptrinsic accounts export pro.ndjson --filter plan==pro" },
    { command: "aptrinsic accounts export --columns id,name,plan | column -ts," },
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

const importFile = Command.make(
  "import",
  importFlags,
  load(() => import("./accounts/import/command.ts")),
).pipe(
  withConnection,
  Command.withShortDescription("Import a file of accounts"),
  Command.withDescription(
    [
      "Import a file of accounts. The whole file is checked before anything is sent. Every row is recorded in a report; the same command run again continues, whatever stopped it.",
      "",
      "Columns match fields by name, whatever their case, spaces and underscores, and by the names common CRMs use; customAttributes.NAME is a custom attribute, customAttributes.NAME:text keeps it text. --dry-run shows what each column gives, --preview N the first rows; --save-mapping FILE writes all columns to edit. Rows that were not created go to a file beside it, accounts.failed.csv for accounts.csv: correct it and import it with the same flags. Ctrl-C waits for the answers to requests in flight; a second one aborts. Without --timeout a row may take 10 minutes, pauses that PX asks for included. When PX cannot be reached, one row at a time tries, and the others wait.",
      "",
      "--if-exists update changes accounts too. PX is asked what it holds, as 'aptrinsic accounts diff' does, and the plan is shown: what would be created and changed, and how many requests that takes. Nothing is sent before it is confirmed at the terminal or by --yes. --max-changes, --max-change-share and --max-creates send nothing when a file would do more, as one does whose ids have shifted; it then ends with 3. The report keeps the values that are overwritten. An empty cell changes nothing, and an id with the columns that change is enough for accounts that exist.",
      "",
      "--revert REPORT plans the way back from these values, shows it and asks, as an update does, and has a report of its own. What cannot be set back is named and left as it is: accounts that were created, fields that were empty before, and values that somebody changed since; it then ends with 6. --dry-run shows the plan alone.",
    ].join("\n"),
  ),
  Command.withExamples([
    { command: "aptrinsic accounts import accounts.csv --dry-run --preview 3" },
    { command: "aptrinsic accounts import accounts.csv --map Seats=customAttributes.seats" },
    { command: "mysql … | aptrinsic accounts import - --report today.ndjson" },
    { command: "aptrinsic accounts import accounts.csv --if-exists update" },
    { command: "aptrinsic accounts import a.csv --if-exists update --yes --max-changes 500" },
    { command: "aptrinsic accounts import --revert accounts.csv.import.ndjson" },
  ]),
)

const diff = Command.make(
  "diff",
  diffFlags,
  load(() => import("./accounts/diff/command.ts")),
).pipe(
  withConnection,
  Command.withShortDescription("Compare a file of accounts with PX"),
  Command.withDescription(
    [
      "Compare a file of accounts with PX and send nothing: how many rows would create an account, how many would change one, in which fields and from what to what. The file is read and checked as 'aptrinsic accounts import' does it, with the same flags; what an import refuses ends with 3.",
      "",
      "PX is asked for all accounts or for those of the file, whichever takes fewer requests. An empty cell changes nothing, and an id with the columns that change is enough for accounts that exist. Product keys of a profile or of APTRINSIC_PRODUCT_KEY are for accounts to create, and are not compared with those of others. --changes FILE writes a line of JSON for each row that PX does not hold as it is, --html FILE a page with the counts and the first rows of each field, --json the counts and the first rows. With --exit-code it exits with 6 when there is such a row, with 0 when there is none.",
    ].join("\n"),
  ),
  Command.withExamples([
    { command: "aptrinsic accounts diff accounts.csv" },
    { command: "aptrinsic accounts diff accounts.csv --only plan --changes changes.ndjson" },
    { command: "aptrinsic accounts diff accounts.csv --html plan.html" },
    { command: "aptrinsic accounts diff accounts.csv --json --exit-code | jq .fields" },
  ]),
)

const kept = "This command deletes no accounts."

export const accounts = Command.make("accounts").pipe(
  Command.withDescription("Create, update, import, compare, show, list and export accounts."),
  Command.withShortDescription("Create, update, import, compare, show, list and export accounts"),
  Command.withSubcommands([create, update, importFile, diff, get, list, exportFile, fields]),
  Command.annotate(Meant, {
    ls: "Did you mean list?",
    search: "Did you mean 'aptrinsic accounts list --filter CONDITIONS'?",
    find: "Did you mean 'aptrinsic accounts list --filter CONDITIONS'?",
    upsert: "Did you mean 'aptrinsic accounts create --if-exists update'?",
    edit: "Did you mean update?",
    set: "Did you mean update?",
    delete: kept,
    remove: kept,
    rm: kept,
    show: "Did you mean get?",
    add: "Did you mean create?",
    upload: "Did you mean import?",
    download: "Did you mean export?",
    dump: "Did you mean export?",
    compare: "Did you mean diff?",
    plan: "Did you mean diff?",
  }),
)
