/** The flags of an import, each declared once: name, type, default and help. */
import { Format } from "@effect-aptrinsic/files/Format"
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { countable, file, fileArgument, optional, positive, text, toggle } from "../../../input/Flags.ts"

export const flags = {
  file: fileArgument(
    "CSV, NDJSON, JSON or Excel (.xlsx), also packed (.gz, .zip); - is stdin, and then --report is needed",
  ).pipe(Argument.optional, Argument.map(Option.getOrUndefined)),
  dryRun: toggle("dry-run").pipe(
    Flag.withDescription(
      "Check the whole file and send nothing; needs no key and no network; with update and a key, show the plan too",
    ),
  ),
  preview: positive(
    "preview",
    "N",
    "Show the first N rows as they will be sent; also before sending, with the columns [default: the columns, in a dry run]",
  ).pipe(optional),
  map: text(
    "map",
    "COLUMN=FIELD",
    "Read a column as this field, or as customAttributes.NAME:TYPE with text, number, boolean, date or json; repeat for more",
  ).pipe(Flag.atLeast(0)),
  ignore: text("ignore", "COLUMN", "Skip a column; repeat for more").pipe(Flag.atLeast(0)),
  unmapped: Flag.Literals("unmapped", ["ignore", "custom", "refuse"]).pipe(
    Flag.withMetavar("ignore|custom|refuse"),
    Flag.withDescription(
      "Columns that match nothing: skip them, make each a custom attribute of its name, or stop [default: refuse]",
    ),
    optional,
  ),
  set: text("set", "FIELD=VALUE", "Give every row this value; repeat for more").pipe(Flag.atLeast(0)),
  mapping: file("mapping", "Read these flags from a file that --save-mapping wrote").pipe(optional),
  saveMapping: file(
    "save-mapping",
    "Write a file to edit: the field of each column, and how the file is read; also when columns match nothing",
  ).pipe(optional),
  format: Flag.Literals("format", Format.literals).pipe(
    Flag.withMetavar("FORMAT"),
    Flag.withDescription("csv, copy (PostgreSQL), ndjson, json or xlsx [default: by the content]"),
    optional,
  ),
  sheet: text("sheet", "NAME|N", "Sheet of a workbook, by name or number [default: the first that is visible]").pipe(
    optional,
  ),
  rows: text(
    "rows",
    "PATH",
    "Path of the list in JSON, such as result.records; accounts.* for a map [default: found]",
  ).pipe(optional),
  delimiter: text("delimiter", "C", "Character between cells, or tab [default: found in the first rows]").pipe(
    optional,
  ),
  quote: text(
    "quote",
    "C",
    "Quote of cells, such as ' or “, or none [default: the double quote; none for inch marks between tabs]",
  ).pipe(optional),
  skipLines: positive("skip-lines", "N", "Lines, or rows of a sheet, to skip above the header").pipe(optional),
  skipFooter: countable(
    "skip-footer",
    "N",
    "Rows to skip at the end, such as totals; 0 keeps rows that look like a footer",
  ).pipe(optional),
  noHeader: toggle("no-header").pipe(
    Flag.withDescription("The first row holds data; columns are 1, 2, 3 ..: --map 1=id"),
  ),
  columns: text(
    "columns",
    "FIELDS",
    "The fields of a file without a header, such as id,name,-,plan; - skips a column, as do columns at the end without a field",
  ).pipe(optional),
  encoding: text(
    "encoding",
    "NAME",
    "Encoding, such as windows-1252; a byte order mark wins over it [default: utf-8]",
  ).pipe(optional),
  dateFormat: text(
    "date-format",
    "FORMAT",
    "How dates are written: DD/MM/YYYY, D-MMM-YY, excel, seconds, ..; 2027-01-31 always works; repeat for more",
  ).pipe(Flag.atLeast(0)),
  timeZone: text(
    "time-zone",
    "ZONE",
    "Time zone of dates that name none, such as Europe/Berlin [default: UTC for days; a time of day is refused]",
  ).pipe(optional),
  yearPivot: positive(
    "year-pivot",
    "YY",
    "Two-digit years from YY on are in the 1900s, others in the 2000s [default: 70]",
  ).pipe(optional),
  locale: text(
    "locale",
    "LANGUAGE",
    "Language of the program that wrote the file, such as de or en-US: sets the marks of numbers, dates, months and the encoding, where no other flag does [default: none]",
  ).pipe(optional),
  decimal: Flag.Literals("decimal", [".", ","]).pipe(
    Flag.withMetavar("MARK"),
    Flag.withDescription("Decimal mark of numbers [default: .]"),
    optional,
  ),
  grouping: Flag.Literals("grouping", [",", ".", " ", "'"]).pipe(
    Flag.withMetavar("MARK"),
    Flag.withDescription("Separator of thousands [default: none]"),
    optional,
  ),
  unit: text("unit", "TEXT", "Unit before or after numbers, which is dropped, such as €; repeat for more").pipe(
    Flag.atLeast(0),
  ),
  sfdcId: Flag.Literals("sfdc-id", ["18"]).pipe(
    Flag.withMetavar("18"),
    Flag.withDescription("Complete Salesforce ids of 15 characters to 18"),
    optional,
  ),
  nulls: text("null", "TEXT", 'Exact text of cells that mean "not set", such as N/A; repeat for more').pipe(
    Flag.atLeast(0),
  ),
  allowEmpty: toggle("allow-empty").pipe(
    Flag.withDescription("Accept a file without rows: a day on which nothing came"),
  ),
  skipInvalid: toggle("skip-invalid").pipe(
    Flag.withDescription("Import the valid rows of a file that has invalid ones"),
  ),
  accept: text("accept", "CODE", "Send rows despite a doubt, such as date_in_1970; repeat for more").pipe(
    Flag.atLeast(0),
  ),
  strict: toggle("strict").pipe(Flag.withDescription("Send nothing while any value is doubtful and not accepted")),
  problems: file("problems", "Write every problem and warning to a file, as NDJSON").pipe(optional),
  preflight: Flag.Boolean("preflight").pipe(
    Flag.withOptionalValue("true"),
    Flag.withDescription(
      "Ask PX before the first row is sent for the product keys and custom attributes that the file uses; --no-preflight sends without asking [default: ask, except in a dry run]",
    ),
    optional,
  ),
  ifExists: Flag.Literals("if-exists", ["skip", "fail", "update"]).pipe(
    Flag.withMetavar("skip|fail|update"),
    Flag.withDescription(
      "When an account exists: leave it and exit with 0, or with 6, or change the fields that differ, once the plan is confirmed [default: skip]",
    ),
    Flag.withDefault("skip" as const),
  ),
  yes: toggle("yes").pipe(Flag.withAlias("y"), Flag.withDescription("With update: carry the plan out without asking")),
  only: text(
    "only",
    "FIELD",
    "With update: overwrite this field alone, such as plan, location or customAttributes.tier; repeat for more [default: all that the file gives]",
  ).pipe(Flag.atLeast(0)),
  maxChanges: countable("max-changes", "N", "With update: send nothing when more accounts would be overwritten").pipe(
    optional,
  ),
  maxChangeShare: text(
    "max-change-share",
    "SHARE",
    "With update: send nothing when a larger share would be overwritten, such as 20%, of the accounts of the file that PX has",
  ).pipe(optional),
  maxCreates: countable("max-creates", "N", "With update: send nothing when more accounts would be created").pipe(
    optional,
  ),
  checkBeforeWrite: toggle("check-before-write").pipe(
    Flag.withDescription(
      "With update: read each account again right before it is changed, for one more request, and leave alone what somebody changed since",
    ),
  ),
  maxFailures: positive(
    "max-failures",
    "N",
    "Stop when this many rows have failed [default: when the first 50 all fail for one reason]",
  ).pipe(optional),
  outage: text(
    "outage",
    "TIME",
    "How long the import waits while PX gives no usable answer, such as 2h [default: 15m]",
  ).pipe(Flag.withDefault("15m")),
  rate: positive("rate", "N", "Requests per second, of all imports at once [default: 100; PX allows about 200]").pipe(
    Flag.withDefault(100),
  ),
  dailyQuota: positive("daily-quota", "N", "Requests in 24 hours [default: 1000000]").pipe(Flag.withDefault(1_000_000)),
  concurrency: positive("concurrency", "N", "Rows in flight [default: 32]").pipe(Flag.withDefault(32)),
  revert: file(
    "revert",
    "Set back what the import of this report overwrote, once the plan for it is confirmed; in place of FILE",
  ).pipe(optional),
  progress: Flag.Literals("progress", ["json"]).pipe(
    Flag.withMetavar("json"),
    Flag.withDescription("Print progress on stderr, one line of JSON a second"),
    optional,
  ),
  report: file(
    "report",
    "File that records every row, so that the next run continues [default: FILE.import.ndjson; in a sandbox FILE.sandbox.ndjson]",
  ).pipe(optional),
  html: file("html", "Write a page that shows the import in a browser when it ends, however it ends").pipe(optional),
  web: toggle("web").pipe(
    Flag.withDescription(
      "Show the import in a browser while it runs, on this machine alone, with a button that stops it",
    ),
  ),
  restart: toggle("restart").pipe(
    Flag.withDescription(
      "Set an earlier report aside and start over; a file that changed does not need it: rows that were sent are known by their ids",
    ),
  ),
}

/** The flags as they are given: FILE is needed but with `--revert`. */
export type Given = Command.Command.Config.Infer<typeof flags>

export interface Arguments extends Omit<Given, "file"> {
  readonly file: string
}

/** The flags that name a file beside the one that is imported; what is written may not take the place of another. */
export const files = {
  mapping: "read",
  report: "continued",
  problems: "written",
  html: "written",
  saveMapping: "written",
} as const satisfies Partial<Record<keyof Arguments, "read" | "continued" | "written">>
