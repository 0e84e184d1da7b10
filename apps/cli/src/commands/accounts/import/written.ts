/**
 * The files that a run writes beside the one that is imported. They tell of its last state: each takes the place of the one that an earlier run
 * wrote, unless somebody changed that since, who may have corrected it.
 */
import { Journal } from "@effect-aptrinsic/bulk/Journal"
import type { RunEnd } from "@effect-aptrinsic/bulk/Run"
import { digest } from "@effect-aptrinsic/files/internal/shared/content"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"

export type Kind = "failed" | "differs" | "exists"

const digestOf = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  return yield* Effect.orElseSucceed(digest(fs.stream(path)), () => undefined)
})

/** What an earlier run wrote beside a file, where it still stands, and whether it is as it was written. */
export const before = Effect.fnUntraced(function* (kind: Kind, beside: string) {
  const path = yield* Path.Path
  const runs = yield* Effect.orElseSucceed((yield* Journal).runs, () => [])
  const last = runs.map(({ end }) => end?.files?.[kind]).findLast((file) => file !== undefined)
  if (last === undefined) return undefined
  const name = path.join(path.dirname(beside), last.name)
  const digest = yield* digestOf(name)
  return digest === undefined ? undefined : { name, isOurs: digest === last.digest }
})

/** The file that another of its kind may take the place of. */
export const replaceable = (kind: Kind, beside: string) =>
  Effect.map(before(kind, beside), (file) => (file?.isOurs === true ? file.name : undefined))

/** What a report says of the files that this run wrote. */
export const noted = Effect.fnUntraced(function* (files: { readonly [kind in Kind]?: string | undefined }) {
  const path = yield* Path.Path
  const found: Record<string, NonNullable<RunEnd["files"]>[string]> = {}
  for (const [kind, name] of Object.entries(files)) {
    const digest = name === undefined ? undefined : yield* digestOf(name)
    if (name !== undefined && digest !== undefined) found[kind] = { name: path.basename(name), digest }
  }
  return found
})
