/** Which import a report belongs to. */
import type * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import { digest } from "@effect-aptrinsic/files/internal/shared/content"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import type * as Source from "@effect-aptrinsic/files/Source"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import { isPractice, type Settings } from "../../../config/Settings.ts"
import type { Arguments } from "./flags.ts"

/** What tells one import from another. */
export interface Identity {
  readonly args: Arguments
  readonly settings: Settings
  readonly source: Source.Source
  /** The digest of the file. */
  readonly content: string
  readonly options: MappingOptions
  readonly label: string
}

/** JSON with the members of every object in one order, so that what says the same is the same. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    Predicate.isObject(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  )

/** The server that an import is sent to. A sandbox has another port each time. */
export const targetOf = (settings: Settings): string =>
  isPractice(settings) ? "the sandbox" : settings.server.value.origin

export const subjectOf = Effect.fnUntraced(function* ({ content, label, options, settings, source }: Identity) {
  const { delimiter, encoding, format, sheet } = source
  const { file = {}, ...mapping } = options
  // A flag that repeats what the file shows does not make it another import.
  const reading = canonical({ ...file, format, delimiter, encoding, sheet: sheet?.name, options: mapping })
  return {
    file: label,
    content,
    mapping: yield* digest(Stream.make(new TextEncoder().encode(reading))),
    target: targetOf(settings),
  } satisfies JournalFile.Subject
})
