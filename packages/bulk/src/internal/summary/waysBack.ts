/** Ways back: the import that a journal sets back, and the journals beside one that set back what it overwrote. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import { bounds, type SetBack } from "../../ImportSummary.ts"
import type { WayBack } from "../../Run.ts"
import { headerAt, lastOf, refuseSpecialFile } from "../journal/load.ts"
import { wayBackMapping } from "../shared/earlier.ts"
import { cut } from "../texts.ts"
import { nameOf, type Scan } from "./scan.ts"

const first = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(
    Object.entries(counts)
      .toSorted(([, one], [, other]) => other - one)
      .slice(0, bounds.fields)
      .map(([path, count]) => [cut(path, 100), count]),
  )

/** The import that a journal sets back, as its last run says; the subject alone does where none does. */
export const wayBackOf = ({ memory, subject }: Pick<Scan, "memory" | "subject">): WayBack | undefined => {
  const said = memory.runs.all().findLast(({ start }) => start.wayBack !== undefined)?.start.wayBack
  if (said === undefined) return subject.mapping === wayBackMapping ? { report: nameOf(subject.file) } : undefined
  const { report, startedAt, stays } = said
  return {
    report: nameOf(report),
    ...(startedAt === undefined ? {} : { startedAt: cut(startedAt, 40) }),
    ...(stays === undefined ? {} : { stays: { ...stays, unset: first(stays.unset), changed: first(stays.changed) } }),
  }
}

/** Whether nothing of the import is left. */
export const leavesNothing = ({ stays }: WayBack): boolean =>
  stays === undefined ||
  stays.created + stays.lost + Object.keys(stays.unset).length + Object.keys(stays.changed).length === 0

type Origin = Pick<Scan, "path" | "subject" | "startedAt">

/** The journals of ways back that stand beside one under names that begin as its own does, or as that of its file. */
export const waysBackBeside = Effect.fnUntraced(function* ({
  path,
  subject,
}: Pick<Origin, "path" | "subject">): Effect.fn.Return<ReadonlyArray<string>, PlatformError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const name = lastOf(path)
  const folder = path.slice(0, path.length - name.length)
  const stems = [name.replace(/\.ndjson(?:\..*)?$/, ""), lastOf(subject.file)].filter((stem) => stem !== "")
  const names = yield* Effect.orElseSucceed(fs.readDirectory(folder === "" ? "." : folder), () => [])
  const candidates = names.filter(
    (each) => each !== name && !each.endsWith(".lock") && stems.some((stem) => each.startsWith(stem)),
  )
  return yield* Effect.filter(
    candidates.toSorted().map((each) => `${folder}${each}`),
    (each) =>
      refuseSpecialFile(each).pipe(
        Effect.andThen(headerAt(each)),
        Effect.match({
          onFailure: () => false,
          onSuccess: (header) => header?.subject.mapping === wayBackMapping && header.subject.target === subject.target,
        }),
      ),
  )
})

/** Whether a way back sets back this journal: one of the same name may have taken its place since. */
export const isFrom = ({ memory, startedAt, subject }: Scan, origin: Origin): boolean => {
  const said = memory.runs.all().flatMap(({ start }) => start.wayBack?.startedAt ?? [])
  if (said.length > 0) return said.includes(origin.startedAt)
  return lastOf(subject.file) === lastOf(origin.path) && startedAt > origin.startedAt
}

/** Whether something of an import is set back now. */
export const isSetBack = (ways: ReadonlyArray<Pick<SetBack, "counts" | "isUndone">>): boolean =>
  ways.some(({ counts, isUndone }) => !isUndone && counts.updated > 0)
