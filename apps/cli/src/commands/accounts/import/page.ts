/** The page that an import leaves behind, `--html`: written once its report is closed, whatever brought the run to its end. */
import * as JournalReader from "@effect-aptrinsic/bulk/JournalReader"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as InputText from "../../../input/InputText.ts"
import { Output } from "../../../output/Output.ts"

const pages = Effect.promise(() => import("../../../page/report.ts"))

/** Writes the page. The import went as it went, whether the page can be written or not. */
export const leave = Effect.fnUntraced(function* (file: string, reportPath: string) {
  const output = yield* Output
  const { write } = yield* pages
  yield* JournalReader.summarize(reportPath).pipe(
    Effect.flatMap((summary) => write(file, summary)),
    Effect.matchEffect({
      onFailure: (error) =>
        output.warn(
          `The page could not be written: ${visible(error.message, 300)} 'aptrinsic report ${InputText.label(reportPath)} --html FILE' makes it of the report.`,
        ),
      onSuccess: () => output.note(`${InputText.label(file)} shows the import in a browser.`),
    }),
  )
})
