import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { journalLaws } from "./journalLaws.ts"
import { subject } from "./support/journal.ts"
import { layerServices } from "./support/runtime.ts"

journalLaws(
  "a journal in memory",
  Effect.map(Journal.makeMemory, (journal) => Layer.succeed(Journal.Journal, journal)),
)

journalLaws(
  "a journal in a file",
  Effect.gen(function* () {
    const directory = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    const file = JournalFile.layer({ path: `${directory}/report.ndjson`, subject })
    return Layer.provide(file, layerServices)
  }).pipe(Effect.orDie, Effect.provide(layerServices)),
)
