/**
 * Asks PX, before the first write of an import, whether its key is accepted and whether what the file uses exists: one read, a second one where
 * rows have custom attributes, another one where the key may not look at these.
 */
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import * as AccountsMetadata from "@effect-aptrinsic/core/AccountsMetadata"
import type { AccountAttribute, Subscription } from "@effect-aptrinsic/core/Subscription"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as ApiKey from "../../../../config/ApiKey.ts"
import { conceal } from "../../../../config/Secret.ts"
import type { Settings } from "../../../../config/Settings.ts"
import * as Connection from "../../../../Connection.ts"
import * as AccountsFailure from "../../../../output/AccountsFailure.ts"
import { exitCodes, Failure } from "../../../../output/Failure.ts"
import { Output } from "../../../../output/Output.ts"
import * as verify from "../../../auth/verify.ts"
import * as Metadata from "../../../Metadata.ts"
import type { Job } from "../Job.ts"
import { reportOf } from "../options.ts"
import * as words from "../words.ts"
import { type Checked, type Finding, ofAttributes, ofProductKeys } from "./findings.ts"
import type { Uses } from "./uses.ts"

/** Findings that fit a screen; the document has them all. */
const shown = 20

const fieldOf = ({ column, field }: Finding) =>
  column === undefined || column === field
    ? Metadata.shown(field)
    : `${Metadata.shown(field)} (${Metadata.shown(column)})`

const textOf = ({ flags, message }: Finding) => (flags.length === 0 ? message : `${message}  →  ${flags.join(" or ")}`)

const document = ({ column, field, flags, isSerious, message, rows }: Finding) => ({
  field,
  ...(column === undefined ? {} : { column }),
  message,
  rows,
  flags: [...flags],
  serious: isSerious,
})

const refused = (label: string, serious: ReadonlyArray<Finding>) =>
  new Failure({
    exitCode: exitCodes.invalid,
    code: "preflight",
    message: `${label} does not fit the subscription: ${words.plural(serious.length, "problem")}. Nothing was sent.`,
    problems: serious.slice(0, shown).map((finding) => ({ field: fieldOf(finding), message: textOf(finding) })),
    text: serious.length > shown ? [`  … and ${words.count(serious.length - shown)} more`] : [],
    hints: [
      "Correct the file or the flags, or the subscription in PX ('aptrinsic doctor' shows what it has); --no-preflight sends it as it is.",
    ],
    extra: { findings: serious.map(document) },
  })

type Read<A> = Result.Result<A, AccountsError>

/** What PX shows of the subscription; of attributes only where rows have some. */
interface Looked {
  readonly subscription: Read<Subscription>
  readonly attributes: Read<ReadonlyArray<AccountAttribute>> | undefined
}

/** Fails when nothing gets through, or when a read of an account, which every key may make, is not answered either. */
const look = Effect.fnUntraced(function* (uses: Uses) {
  const subscription: Read<Subscription> = yield* Effect.result(AccountsMetadata.subscription)
  if (Result.isFailure(subscription) && subscription.failure.reason._tag === "Unreachable") {
    return yield* subscription.failure
  }
  const attributes: Looked["attributes"] =
    uses.attributes.size === 0 ? undefined : yield* Effect.result(AccountsMetadata.accountAttributes)
  if (Result.isFailure(subscription) || (attributes !== undefined && Result.isFailure(attributes))) yield* verify.look
  return { subscription, attributes } satisfies Looked
})

const failureOf = (read: Read<unknown> | undefined): AccountsError | undefined =>
  read !== undefined && Result.isFailure(read) ? read.failure : undefined

/** Tells what could not be looked at. */
const tellUnread = Effect.fnUntraced(function* (looked: Looked, connection: Connection.Connection) {
  const output = yield* Output
  for (const [what, error] of [
    ["Product keys", failureOf(looked.subscription)],
    ["Custom attributes", failureOf(looked.attributes)],
  ] as const) {
    if (error === undefined) continue
    const { message } = AccountsFailure.make(error, connection)
    yield* output.note(`  ${what} are not checked before the import: ${message} ${Metadata.unread}`)
  }
})

const compare = ({ columns, uses }: Checked, { attributes, subscription }: Looked): ReadonlyArray<Finding> => {
  const known = Result.isSuccess(subscription) ? subscription.success : undefined
  const all = attributes !== undefined && Result.isSuccess(attributes) ? attributes.success : undefined
  const takesAny = known !== undefined && all !== undefined && Metadata.takesAnyAttribute(known, all)
  return [
    ...(known === undefined ? [] : ofProductKeys(uses, known)),
    ...(all === undefined || takesAny ? [] : ofAttributes(uses, columns, all)),
  ]
}

/** Fails with what PX would refuse or lose; tells what is only doubtful. */
const conclude = Effect.fnUntraced(function* (checked: Checked, looked: Looked, connection: Connection.Connection) {
  const output = yield* Output
  yield* tellUnread(looked, connection)
  const findings = conceal(compare(checked, looked), connection.apiKey.value)
  const serious = findings.filter(({ isSerious }) => isSerious)
  if (serious.length > 0) return yield* refused(checked.label, serious)
  for (const finding of findings.slice(0, shown)) yield* output.warn(`${fieldOf(finding)} ${textOf(finding)}`)
})

/** Whether the key or the address is wrong, for every row alike. */
const isDenied = ({ reason }: AccountsError) =>
  reason._tag === "Unauthorized" || reason._tag === "Forbidden" || reason._tag === "Redirected"

const unanswered = "  PX gives no usable answer: product keys and custom attributes are not checked before the import."

const denied = (error: AccountsError, connection: Connection.Connection) => {
  const failure = AccountsFailure.make(error, connection)
  return new Failure({ ...failure, message: `${failure.message} Nothing was sent.` })
}

/** Whether a row is left to send. A report that cannot be read is told when it is opened. */
const isLeft = Effect.fnUntraced(function* ({ args, known, summary, updates }: Job, subject: JournalFile.Subject) {
  // What PX holds decides what an update sends, whatever the report knows.
  if (args.restart || updates !== undefined) return true
  if (known !== undefined) return known.done < summary.valid
  const totals = yield* Effect.result(JournalFile.peek({ path: reportOf(args), subject }))
  if (Result.isFailure(totals)) return false
  const { Created, Duplicate, Updated } = totals.success ?? { Created: 0, Duplicate: 0, Updated: 0 }
  return Created + Updated + Duplicate < summary.valid
})

/**
 * Where PX refuses the key nothing is sent either; where it does not answer, the import begins nevertheless, and waits as it does for any row.
 * Succeeds with its requests, and the pauses that PX asked for.
 */
export const ask = Effect.fnUntraced(function* (
  { outage, preflight }: Pick<Job, "outage" | "preflight">,
  connection: Connection.Connection,
) {
  const output = yield* Output
  const events: Array<AccountsEvent.AccountsEvent> = []
  const note = (event: AccountsEvent.AccountsEvent) => {
    if (event._tag === "Sending") events.push(event)
    // It is over when it is told.
    if (event._tag === "Pausing") events.push({ ...event, delay: Duration.zero })
  }
  const looked = yield* Effect.result(look(preflight.uses)).pipe(
    AccountsEvent.observe((event) => Effect.sync(() => note(event))),
    Effect.timeoutOption(Duration.min(verify.patience, outage)),
  )
  if (Option.isSome(looked) && Result.isSuccess(looked.value)) {
    yield* conclude(preflight, looked.value.success, connection)
    return events
  }
  const error = Option.isSome(looked) && Result.isFailure(looked.value) ? looked.value.failure : undefined
  if (error !== undefined && isDenied(error)) return yield* denied(error, connection)
  // The import says itself that the day's quota is used up.
  if (error?.reason._tag !== "DailyQuotaExhausted") yield* output.note(unanswered)
  return events
})

/** Before an import is sent, and before its report is begun. */
export const before = Effect.fnUntraced(function* (
  job: Job,
  subject: JournalFile.Subject,
  connection: Connection.Connection,
) {
  if (job.args.preflight === false || !(yield* isLeft(job, subject))) return []
  return yield* ask(job, connection)
})

/** In a dry run, which sends nothing else. */
export const alone = Effect.fnUntraced(function* (checked: Checked, settings: Settings) {
  const connection = verify.impatient({ settings, apiKey: yield* ApiKey.require(settings) })
  yield* Connection.call(
    connection,
    Effect.flatMap(look(checked.uses), (looked) => conclude(checked, looked, connection)),
  ).pipe(AccountsFailure.worded(connection, ""))
})
