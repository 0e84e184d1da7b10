/** The flags of jobs. Those that say how a file is read are those of an import. */
import { isName, mostLanes, nameRule } from "@effect-aptrinsic/jobs/internal/shared/constraints"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Struct from "effect/Struct"
import { file, fileArgument, optional, text, toggle, wholeNumber } from "../../input/Flags.ts"
import { flags as importFlags } from "../accounts/import/flags.ts"

export const database = file(
  "database",
  "SQLite file of the jobs, or the URL of a Postgres, postgres://user@host/name [default: jobs.db among the data of this user]",
).pipe(optional)

const wait = (description: string) => toggle("wait").pipe(Flag.withDescription(description))

/** Refused before a file is read, which may take minutes. */
const name = (...flag: Parameters<typeof text>) => Flag.filter(text(...flag), isName, () => nameRule)

export const submit = {
  file: fileArgument("CSV, NDJSON, JSON or Excel (.xlsx), also packed (.gz, .zip); - is stdin"),
  id: name("id", "ID", "Name of the job [default: that of the file, with a checksum]").pipe(optional),
  key: name(
    "key",
    "NAME",
    "Name under which workers find the API key: a profile of theirs, or a variable [default: --profile, else default]",
  ).pipe(optional),
  lanes: Flag.Finite("lanes").pipe(
    Flag.withMetavar("N"),
    Flag.withSchema(wholeNumber(1, mostLanes)),
    Flag.withDescription("Parts that are imported at once, on as many workers [default: 4]"),
    Flag.withDefault(4),
  ),
  detach: toggle("detach").pipe(Flag.withDescription("Leave the job to a worker, though its database is a file")),
  wait: wait("Wait until the job is over, though its database is a Postgres"),
  database,
  ...Struct.omit(importFlags, [
    "file",
    "dryRun",
    "preview",
    "checkBeforeWrite",
    "revert",
    "report",
    "restart",
    "html",
    "web",
  ]),
}

export type SubmitArguments = Command.Command.Config.Infer<typeof submit>

export const resumeWait = wait("Wait until the job is over, though its database is a Postgres")

export const purgeYes = toggle("yes").pipe(
  Flag.withAlias("y"),
  Flag.withDescription("Take the job away without asking, though rows are in doubt"),
)

export const states = ["created", "updated", "duplicate", "failed", "in-doubt", "invalid", "under-way"] as const
export const state = Flag.Literals("state", states).pipe(
  Flag.withMetavar("STATE"),
  Flag.withDescription(
    "Only rows in this state: created, updated, duplicate, failed, in-doubt, invalid or under-way; repeat for more",
  ),
  Flag.atLeast(0),
)
