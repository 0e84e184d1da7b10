/** The report of an import of a million rows. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as JournalReader from "@effect-aptrinsic/bulk/JournalReader"
import { layerServices } from "@effect-aptrinsic/runtime/node"
import * as Effect from "effect/Effect"
// @boundaries-ignore the command exports nothing
import { page as pageOf } from "../../apps/cli/src/page/document.ts"
// @boundaries-ignore the command exports nothing
import { carried } from "../../apps/cli/src/page/report.ts"
import { writeJournal } from "../proof/journal.ts"
import { visit } from "../test/browser.ts"
import type { Shoot } from "./screens.ts"

export const report = (shoot: Shoot) =>
  Effect.gen(function* () {
    const directory = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "report-"))),
      (made) => Effect.sync(() => rmSync(made, { recursive: true })),
    )
    const [journal, html] = [join(directory, "customers.csv.import.ndjson"), join(directory, "report.html")]
    writeJournal(journal, 1_000_000)
    writeFileSync(html, pageOf(yield* carried(yield* JournalReader.summarize(journal))))
    yield* visit(pathToFileURL(html).href, {}, shoot)
  }).pipe(Effect.scoped, Effect.provide(layerServices))
