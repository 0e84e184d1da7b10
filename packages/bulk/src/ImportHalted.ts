/**
 * Why an import stopped by itself: what it met would have met every row to come.
 *
 * @since 0.1.0
 */
import { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"

/**
 * Why an import halts by itself, and what each kind says. `docs/codes.md` is printed from here.
 *
 * **Example** (What a kind says)
 *
 * ```ts
 * import { ImportHalted } from "@effect-aptrinsic/bulk"
 *
 * console.log(ImportHalted.kinds.DailyQuotaExhausted) // The requests of the day are used up.
 * ```
 *
 * @stability unstable
 * @category constants
 * @since 0.1.0
 */
export const kinds = {
  InvalidOptions: "An option of the import or of the client does not work.",
  Refused: "PX refuses the API key or its rights (401, 403).",
  WrongAddress: "The server at this address is none of PX: it redirects, or knows no accounts (404, 405).",
  Misdirected: "The name of the server is not found, or its certificate is not trusted, before PX said anything.",
  Unsendable: "The HTTP client refuses to send the request.",
  TooManyFiles: "This process has too many files open.",
  Unreachable: "PX gave no usable answer for as long as `outage` allows.",
  RateLimited: "PX asks to wait longer than a row may take.",
  DailyQuotaExhausted: "The requests of the day are used up.",
  TooManyFailures: "As many rows failed as `maxFailures` allows.",
  FailingAlike: "Without `maxFailures`: the first 50 rows that had not failed before failed for one reason.",
} as const

/**
 * Why an import halts by itself.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type Kind = keyof typeof kinds

/**
 * The import halted: `message` says what happened, `hint` the way out, `error` what PX, or the way to it, said to the row that met it. Rows that
 * were not sent are as they were; a run of the same import continues.
 *
 * **Example** (Telling an operator what to do)
 *
 * ```ts
 * import { BulkAccounts } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Effect, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const program = Stream.make({ id: "gulp", name: "Gulp 'n Blow", propertyKeys: ["AP-XXXXXXXXXX-2"] }).pipe(
 *   BulkAccounts.createAll({ concurrency: 0 }),
 *   Stream.runCount,
 *   Effect.catchTag("ImportHalted", ({ hint, kind }) => Effect.succeed(`${kind}: ${hint}`)),
 *   Effect.provide(accounts),
 * )
 *
 * console.log(await Effect.runPromise(program)) // InvalidOptions: Correct the option.
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class ImportHalted extends Schema.TaggedError<ImportHalted>()("ImportHalted", {
  kind: Schema.Literals(Struct.keys(kinds)),
  message: Schema.String,
  hint: Schema.String,
  error: Schema.optional(AccountsError),
}) {}

/**
 * Tells an import that halted from any other value.
 *
 * **Example** (Telling a halt from other failures)
 *
 * ```ts
 * import { ImportHalted } from "@effect-aptrinsic/bulk"
 *
 * console.log(ImportHalted.isImportHalted(new Error("something else"))) // false
 * ```
 *
 * @stability unstable
 * @category guards
 * @since 0.1.0
 */
export const isImportHalted = (value: unknown): value is ImportHalted => value instanceof ImportHalted
