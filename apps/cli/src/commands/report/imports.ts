/** Lists the reports of a folder. */
import { type Glance, glance } from "@effect-aptrinsic/bulk/JournalReader"
import { phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as InputText from "../../input/InputText.ts"
import { usage } from "../../output/Failure.ts"
import { cells, Output, pad, type Paint } from "../../output/Output.ts"
import { shown } from "../../output/shown.ts"
import * as words from "../accounts/import/words.ts"
import { partOf } from "./back.ts"
import { endOf, leftOf, timeOf, untoldOf } from "./text.ts"
import { isCalledReport } from "./where.ts"

interface Listed {
  readonly name: string
  /** Why a report cannot be read. */
  readonly glance: Result.Result<Glance, string>
}

const listed = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const names = yield* Effect.mapError(fs.readDirectory(folder), (error) =>
    usage(`${InputText.label(folder)} cannot be read: ${phraseOf(error)[0]}.`, "Name a folder."),
  )
  const all: Array<Listed> = []
  // Other files of this kind are the lists that people export: a report shows by its first line, and one that lost it by its name.
  for (const name of names.filter((each) => each.endsWith(".ndjson")).toSorted()) {
    const file = path.join(folder, name)
    // A pipe of that name may never end.
    const stat = yield* Effect.result(fs.stat(file))
    if (Result.isSuccess(stat) && stat.success.type !== "File") continue
    const found = yield* Effect.result(glance(file))
    if (Result.isFailure(found)) all.push({ name, glance: Result.fail(found.failure.message) })
    else if (found.success !== undefined) all.push({ name, glance: Result.succeed(found.success) })
    else if (isCalledReport(name)) {
      const isEmpty = Result.isSuccess(stat) && stat.success.size === 0n
      all.push({ name, glance: Result.fail(isEmpty ? "It is empty." : "It does not begin as a report does.") })
    }
  }
  return all
})

const startOf = ({ glance: found }: Listed) =>
  Result.isSuccess(found) ? DateTime.toEpochMillis(found.success.startedAt) : 0

const stateOf = (found: Glance, paint: Paint): string => {
  const { counts, lastRun, setBack, state, wayBack } = found
  if (setBack !== undefined) return `${paint("yellow", "!")} set back by ${setBack.join(", ")}`
  if (wayBack !== undefined && state !== "running") {
    const sign = state === "complete" ? paint("green", "✔") : paint("yellow", "!")
    return `${sign} ${partOf(found)} set back of ${wayBack}`
  }
  if (state === "complete") return `${paint("green", "✔")} complete`
  if (state === "running") return "… a run goes on"
  const untold = untoldOf(found)
  const left = leftOf(counts) + untold
  const why = lastRun === "done" ? "" : `, the last run ${endOf(lastRun)}`
  return `${paint("yellow", "!")} ${left === 0 ? "not known to be complete" : `${untold > 0 ? "up to " : ""}${words.count(left)} left`}${why}`
}

const labelOf = ({ name }: Listed) => visible(name, 60)

const lineOf = (listed: Listed, width: number, paint: Paint): string => {
  const { glance: found } = listed
  const label = pad(labelOf(listed), width)
  if (Result.isFailure(found)) return `${label}  ${paint("red", "✖")} ${found.failure}`
  const { rows, startedAt, target } = shown(found.success)
  const many = rows === undefined ? "" : words.plural(rows, "row")
  return `${label}  ${timeOf(startedAt)}  ${many.padStart(14)}  ${stateOf(shown(found.success), paint)}  ${paint("dim", target)}`
}

const documentOf = ({ glance: found, name }: Listed): Schema.JsonObject => {
  if (Result.isFailure(found)) return { report: name, error: found.failure }
  const { counts, endedAt, file, lastRun, rows, startedAt, state, target } = found.success
  const { setBack, wayBack } = found.success
  return {
    report: name,
    file,
    target,
    state,
    startedAt: DateTime.formatIso(startedAt),
    endedAt: DateTime.formatIso(endedAt),
    ...(rows === undefined ? {} : { rows }),
    counts: { ...counts },
    lastRun,
    ...(wayBack === undefined ? {} : { wayBack }),
    ...(setBack === undefined ? {} : { setBack: [...setBack] }),
  }
}

export const run = Effect.fnUntraced(function* ({ folder = "." }: { readonly folder: string | undefined }) {
  const output = yield* Output
  const all = (yield* listed(folder)).toSorted((one, other) => startOf(other) - startOf(one))
  const width = all.reduce((widest, each) => Math.max(widest, cells(labelOf(each))), 0)
  yield* output.succeed({
    document: { folder, imports: all.map(documentOf) },
    lines:
      all.length === 0
        ? [`${InputText.label(folder)} has no report of an import.`]
        : all.map((each) => lineOf(each, width, output.paint)),
  })
})
