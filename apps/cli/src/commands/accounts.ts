/** `aptrinsic accounts`: its verbs, their flags and help. What they do is loaded when they run. */
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
  },
  load(() => import("./accounts/create.ts")),
).pipe(
  withConnection,
  Command.withShortDescription("Create one account"),
  Command.withDescription(
    [
      "Create one account. Everything is checked before anything is sent, and every problem is reported at once. Flags override the file.",
      "",
      "--set takes the fields of 'aptrinsic accounts fields', as location.city. A date is written 2027-01-31, 2027-01-31T09:00:00Z or in epoch milliseconds. The value of customAttributes.NAME is a number, true, false or null if it looks like one, else text; double quotes force text: --set 'customAttributes.zip=\"01234\"'.",
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

export const accounts = Command.make("accounts").pipe(
  Command.withDescription("Create and show accounts."),
  Command.withShortDescription("Create and show accounts"),
  Command.withSubcommands([create, get, fields]),
)
