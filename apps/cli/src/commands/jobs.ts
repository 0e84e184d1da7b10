/** `aptrinsic jobs`: its verbs, their flags and help. Their code is loaded when they run. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { toggle, withConnection } from "../input/Flags.ts"
import { Meant } from "../output/OtherTools.ts"
import * as flags from "./jobs/flags.ts"
import { load } from "./load.ts"

const id = Argument.String("ID").pipe(Argument.withDescription("Name of the job, as 'aptrinsic jobs list' shows it"))

const submit = Command.make(
  "submit",
  flags.submit,
  load(() => import("./jobs/submit.ts")),
).pipe(
  withConnection,
  Command.withShortDescription("Take a file of accounts as a job"),
  Command.withDescription(
    [
      "Take a file of accounts as a job. Every row is checked and PX is asked as 'aptrinsic accounts import' does, a plan of updates is made and confirmed, and the rows are kept in the database of the jobs; then the file is not needed any more.",
      "",
      "With a file for a database, the default, this command carries the job out itself, and stopped at any time it continues when it is run again. With a Postgres the job is left to the workers ('aptrinsic worker'), on as many machines as there are. The API key is never in the database: the job names it.",
      "",
      "The same file is the same job: submitting it again changes nothing. A command that sees the job to its end exits with 0 when all rows are in, with 6 when rows failed, are invalid or in doubt or the job was cancelled, with 2, 4, 6 or 7 when it halted. A job whose day is used up waits for the next one.",
    ].join("\n"),
  ),
  Command.withExamples([
    { command: "aptrinsic jobs submit customers.csv" },
    { command: "aptrinsic jobs submit customers.csv --id customers-of-may --profile prod" },
    {
      command: "APTRINSIC_DATABASE=postgres://jobs@db/jobs aptrinsic jobs submit customers.csv",
      description: "For workers elsewhere",
    },
  ]),
)

const query = load(() => import("./jobs/query.ts"))

const list = Command.make("list", { database: flags.database }, (args) => query({ ...args, what: "list" })).pipe(
  Command.withShortDescription("List jobs"),
  Command.withDescription("List the last thousand jobs, the latest first, with their rows by what became of them."),
  Command.withExamples([
    { command: "aptrinsic jobs list" },
    { command: "aptrinsic jobs list --json | jq '.jobs[].id'" },
  ]),
)

const status = Command.make("status", { id, database: flags.database }, (args) =>
  query({ ...args, what: "status" }),
).pipe(
  Command.withShortDescription("Show how far a job is"),
  Command.withDescription(
    "Show how far a job is: queued, running, waiting until its day has room again, done, halted with the reason, or cancelled, and its rows by what became of them. Exits with 5 when there is no such job.",
  ),
  Command.withExamples([{ command: "aptrinsic jobs status customers-of-may" }]),
)

const results = Command.make("results", { id, state: flags.state, database: flags.database }, (args) =>
  query({ ...args, what: "results" }),
).pipe(
  Command.withShortDescription("Show what became of each row"),
  Command.withDescription(
    "Show what became of each row so far, in the order of the file, also while the job runs. --json prints one line of JSON for each row.",
  ),
  Command.withExamples([
    { command: "aptrinsic jobs results customers-of-may --state failed --state invalid" },
    { command: "aptrinsic jobs results customers-of-may --json > results.ndjson" },
  ]),
)

const control = load(() => import("./jobs/control.ts"))

const resume = Command.make(
  "resume",
  {
    id,
    detach: toggle("detach").pipe(Flag.withDescription("Leave the job to a worker, though its database is a file")),
    wait: flags.resumeWait,
    progress: flags.submit.progress,
    database: flags.database,
  },
  load(() => import("./jobs/resume.ts")),
).pipe(
  withConnection,
  Command.withShortDescription("Continue a job that is over"),
  Command.withDescription(
    "Continue a job that halted, waits, was cancelled or is done: rows that failed are sent again, rows in doubt are looked up first, what is done is left alone. A job that goes on is left as it is, and waited for where this command carries it out.",
  ),
  Command.withExamples([{ command: "aptrinsic jobs resume customers-of-may" }]),
)

const cancel = Command.make("cancel", { id, database: flags.database }, (args) =>
  control({ ...args, what: "cancel" }),
).pipe(
  Command.withShortDescription("Stop a job"),
  Command.withDescription(
    "Stop a job. Workers await the answers to requests on the wire, and send nothing more from about a second later; 'aptrinsic jobs resume' continues it.",
  ),
  Command.withExamples([{ command: "aptrinsic jobs cancel customers-of-may" }]),
)

const purge = Command.make("purge", { id, yes: flags.purgeYes, database: flags.database }, (args) =>
  control({ ...args, what: "purge" }),
).pipe(
  Command.withShortDescription("Take a job away"),
  Command.withDescription(
    "Take away the rows of a job that is over, and their results. PX keeps its accounts, and the id is free for another job. Where rows are in doubt, which nothing else would tell then, it asks first, and exits with 3 when nobody confirms it.",
  ),
  Command.withExamples([{ command: "aptrinsic jobs purge customers-of-may" }]),
)

export const jobs = Command.make("jobs").pipe(
  Command.withDescription(
    "Imports that outlive the process which began them: kept in a database, carried out here or by workers.",
  ),
  Command.withShortDescription("Imports as durable jobs"),
  Command.withSubcommands([submit, list, status, results, resume, cancel, purge]),
  Command.annotate(Meant, {
    ls: "Did you mean list?",
    show: "Did you mean status?",
    get: "Did you mean status?",
    add: "Did you mean submit?",
    create: "Did you mean submit?",
    run: "Did you mean submit?",
    retry: "Did you mean resume?",
    restart: "Did you mean resume?",
    stop: "Did you mean cancel?",
    delete: "Did you mean purge?",
    remove: "Did you mean purge?",
    rm: "Did you mean purge?",
  }),
  Command.withExamples([
    { command: "aptrinsic jobs submit customers.csv" },
    { command: "aptrinsic jobs status customers-of-may" },
  ]),
)
