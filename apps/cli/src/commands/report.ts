/** `aptrinsic report` and `aptrinsic imports`: their flags and help. Their code is loaded when they run. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { file, fileArgument, optional, positive, text, toggle } from "../input/Flags.ts"
import { load } from "./load.ts"

export const report = Command.make(
  "report",
  {
    files: fileArgument(
      "The file that was imported, or its report; more reports are read as those of its failed rows",
    ).pipe(Argument.atLeast(1)),
    failed: toggle("failed").pipe(
      Flag.withDescription("Print the rows that are left, with the reason and the cell of each, as CSV"),
    ),
    row: positive("row", "N", "Show the history of this row of the file, counted from 1").pipe(optional),
    line: positive("line", "N", "Show the history of the row on this line of the file").pipe(optional),
    id: text("id", "ID", "Show the history of the row of this account").pipe(optional),
    html: file("html", "Write it to a page in one file, which any browser opens, also of a million rows").pipe(
      optional,
    ),
    exitCode: toggle("exit-code").pipe(
      Flag.withDescription("Exit with 6 while rows are left or a run goes on, with 0 when all are in PX"),
    ),
  },
  load(() => import("./report/command.ts")),
).pipe(
  Command.withShortDescription("Show what an import came to"),
  Command.withDescription(
    [
      "Show what an import came to, from its report alone: whether all rows are in PX, which are not and why, how many a minute, how often PX asked to wait or was away, its requests and their answers, and every run with its flags and its end. It needs no key and no network, and a run may be going on.",
      "",
      "The imports of files of failed rows, such as accounts.failed.csv, are counted in where their reports lie beside it: a row that one of them created is left no more. --json prints all of it as one document.",
    ].join("\n"),
  ),
  Command.withExamples([
    { command: "aptrinsic report accounts.csv" },
    { command: "aptrinsic report accounts.csv --failed > left.csv" },
    { command: "aptrinsic report accounts.csv --html report.html" },
    { command: "aptrinsic report accounts.csv --id acme" },
    { command: "aptrinsic report accounts.csv --json | jq .counts" },
  ]),
)

export const imports = Command.make(
  "imports",
  {
    folder: Argument.String("FOLDER").pipe(
      Argument.withDescription("The folder of the reports [default: this one]"),
      Argument.optional,
      Argument.map(Option.getOrUndefined),
    ),
  },
  load(() => import("./report/imports.ts")),
).pipe(
  Command.withShortDescription("List the imports of a folder"),
  Command.withDescription(
    "List the reports of imports in a folder, the latest first: which file, when, how many rows, and whether something is left. It needs no key and no network.",
  ),
  Command.withExamples([{ command: "aptrinsic imports" }, { command: "aptrinsic imports /srv/exports --json" }]),
)
