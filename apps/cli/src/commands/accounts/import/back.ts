/** The way back from an import: what its report says was overwritten, in the place of a file. */
import * as Journaled from "@effect-aptrinsic/bulk/internal/shared/earlier"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Content from "@effect-aptrinsic/files/internal/shared/content"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as String from "effect/String"
import * as Settings from "../../../config/Settings.ts"
import * as FileName from "../../../input/FileName.ts"
import * as InputText from "../../../input/InputText.ts"
import { usage } from "../../../output/Failure.ts"
import { Output } from "../../../output/Output.ts"
import { requireRoom } from "../export/target.ts"
import * as failures from "./failures.ts"
import type { Given } from "./flags.ts"
import type { Back } from "./Job.ts"
import { limitsOf } from "./limits.ts"
import { outageOf } from "./options.ts"
import { targetOf } from "./subject.ts"
import * as words from "./words.ts"

/** The flags that say something of the way back; those with a default may have it. */
const taken: ReadonlySet<string> = new Set([
  "revert",
  "dryRun",
  "yes",
  "maxChanges",
  "maxChangeShare",
  "checkBeforeWrite",
  "maxFailures",
  "outage",
  "rate",
  "dailyQuota",
  "concurrency",
  "progress",
  "report",
  "html",
  "restart",
] satisfies ReadonlyArray<keyof Given>)

const isGiven = (name: string, value: Given[keyof Given]): boolean =>
  name === "ifExists"
    ? value === "fail"
    : Array.isArray(value)
      ? value.length > 0
      : value !== undefined && value !== false

const refuseOthers = (given: Given) => {
  const other = Object.entries(given).find(([name, value]) => !taken.has(name) && isGiven(name, value))?.[0]
  if (other === undefined) return Effect.void
  const name = other === "file" ? "FILE" : `--${String.kebabCase(other)}`
  return Effect.fail(usage(`${name} does not go with --revert, which reads the report alone.`))
}

/** Refuses to write over the report that is read, or over what is written beside it. */
const checkFiles = Effect.fnUntraced(function* (revert: string, report: string, html: string | undefined) {
  const ofRevert: FileName.Taken = [revert, "the report of --revert"]
  yield* FileName.require("--report", report)
  yield* FileName.keepApart("--report", report, [ofRevert])
  if (html === undefined) return
  yield* FileName.require("--html", html)
  yield* FileName.keepApart("--html", html, [ofRevert, [report, "the report"]])
  yield* requireRoom(html)
})

const hint = "--revert takes the report of an import, such as accounts.csv.import.ndjson."

export const prepare = Effect.fnUntraced(function* (given: Given) {
  const file = given.revert ?? ""
  const settings = yield* Settings.resolve
  yield* refuseOthers(given)
  if (file === "" || file === "-") return yield* usage("--revert needs the name of a report.")
  const args = {
    ...given,
    file,
    ifExists: "update" as const,
    report: given.report ?? `${file.replace(/\.ndjson$/, "")}.revert.ndjson`,
  }
  const outage = yield* outageOf(args)
  const limits = yield* limitsOf(args)
  yield* checkFiles(file, args.report, args.html)
  const label = InputText.label(file)
  const content = yield* Effect.mapError(Content.digest(yield* Content.bytesOf(file)), failures.ofSource(label))
  const { certain, contradictions, rows, startedAt, subject, totals } = yield* Effect.gen(function* () {
    const told = yield* Journaled.told(file)
    const counts = yield* Stream.runFold(
      JournalFile.overwritten(file),
      () => ({ rows: 0, certain: 0 }),
      ({ certain, rows }, { isCertain }) => ({ rows: rows + 1, certain: certain + (isCertain ? 1 : 0) }),
    )
    return { ...told, ...counts }
  }).pipe(
    Effect.mapError((error) =>
      error.kind === "Mismatch"
        ? usage(error.message, failures.isOfNewerVersion(error) ? "Update aptrinsic." : hint)
        : failures.ofJournal(error),
    ),
  )
  const target = targetOf(settings)
  if (subject.target !== target) {
    return yield* usage(
      `${label} is the report of an import to ${visible(subject.target, 200)}, not to ${visible(target, 200)}.`,
    )
  }
  if (contradictions.count > 0) {
    const { count, first } = contradictions
    yield* (yield* Output).warn(
      `${label} is damaged in ${words.plural(count, "place")}; what stands there is not set back: ${visible(first[0]?.message ?? "", 300)}${count > 1 ? ", …" : ""}`,
    )
  }
  return {
    args,
    settings,
    outage,
    label,
    summary: { rows, valid: rows, invalid: 0, warningCount: 0 },
    known: undefined,
    updates: { only: undefined, limits },
    subject: { file: label, content, mapping: Journaled.wayBackMapping, target },
    startedAt,
    created: totals.Created,
    lost: totals.Updated - certain,
  } satisfies Back
})
