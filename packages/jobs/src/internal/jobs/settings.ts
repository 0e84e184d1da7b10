/** The settings of a job, as the database holds them: JSON, and never a key. */
import type * as Importer from "@effect-aptrinsic/bulk/Importer"
import type { DataCenter, Options } from "@effect-aptrinsic/core/Options"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { JobError } from "../../JobError.ts"
import { isName, mostLanes, nameRule } from "../shared/constraints.ts"

/** The name of a job's key when it gives none. */
export const defaultKey = "default"

/** Rows of a chunk, on average: what is done again when a worker dies is a chunk's lookup in the journal. */
export const chunkSize = 500

/** Parts of a job that are imported at the same time: enough to spread one over machines, and few for a thousand jobs. */
const defaultLanes = 4

export interface JobOptions {
  /**
   * The name of the job: letters, digits, full stops, dashes and underscores, at most 100, a letter or a digit first. The same rows under the same id
   * are one job.
   */
  readonly id: string
  /**
   * The name under which workers find the API key (see `ApiKeys`). The key itself is never in the database.
   *
   * @default "default"
   */
  readonly apiKey?: string | undefined
  /**
   * Parts that are imported at the same time, on as many workers where there are so many: a whole number from 1 to 64.
   *
   * @default 4
   */
  readonly lanes?: number | undefined
  /**
   * What the rows are made of, such as a checksum of a file and of what was done with it. The same id and source are one job, and `submit` does not
   * read the rows of one that is there: a plan that is made while they are read would say something else the second time.
   *
   * @default the rows themselves
   */
  readonly source?: string | undefined
  /**
   * Stop after so many rows failed, in all lanes together, that had not failed before. `resume` goes on with the next ones.
   *
   * @default when the first 50 rows of a part fail for the same reason
   */
  readonly maxFailures?: number | undefined
  /**
   * Where PX is and what it allows.
   *
   * @default the defaults of `Accounts.layer`
   */
  readonly connection?:
    | Pick<Options, "dataCenter" | "baseUrl" | "requestsPerSecond" | "requestsPerDay" | "retryDelay" | "settleDelay">
    | undefined
  /**
   * How rows are sent. `concurrency` is that of one lane. `verify` reads each account again right before it is changed, because that may be long after
   * the plan was made: a row that would overwrite something else than its plan says fails.
   *
   * @default the defaults of `Importer.make`, and `verify`
   */
  readonly importer?:
    | Pick<Importer.Options, "concurrency" | "outage" | "attemptTimeout" | "totalTimeout" | "maxAttempts" | "verify">
    | undefined
}

const Millis = Schema.optionalKey(Schema.Finite)
const Count = Schema.optionalKey(Schema.Finite)

const Settings = Schema.Struct({
  connection: Schema.Struct({
    dataCenter: Schema.optionalKey(Schema.String),
    baseUrl: Schema.optionalKey(Schema.String),
    requestsPerSecond: Count,
    requestsPerDay: Count,
    retryDelay: Millis,
    settleDelay: Millis,
  }),
  maxFailures: Count,
  importer: Schema.Struct({
    concurrency: Count,
    maxAttempts: Count,
    outage: Millis,
    attemptTimeout: Millis,
    totalTimeout: Millis,
    verify: Schema.Boolean,
  }),
})
export interface Settings extends Schema.Schema.Type<typeof Settings> {}

const Json = Schema.fromJsonString(Settings)
export const encodeSettings = Schema.encodeSync(Json)
export const decodeSettings = Schema.decodeSync(Json)

export const connectionOf = ({ connection }: Settings) => {
  const { dataCenter, ...rest } = connection
  return { ...rest, dataCenter: dataCenter as DataCenter | undefined }
}

const refuse = (problem: string) =>
  Effect.fail(
    new JobError({
      kind: "InvalidOptions",
      message: `The job is not valid: ${problem}.`,
      hint: "Correct it and submit it again.",
    }),
  )

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1

const defined = <A extends object>(values: A) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    readonly [Key in keyof A]: Exclude<A[Key], undefined>
  }

const millisOf = Effect.fnUntraced(function* (durations: Readonly<Record<string, Duration.Input | undefined>>) {
  const millis: Record<string, number> = {}
  for (const [name, input] of Object.entries(durations)) {
    if (input === undefined) continue
    const duration = Option.map(Duration.fromInput(input), Duration.toMillis)
    if (Option.isNone(duration) || !Number.isFinite(duration.value)) {
      return yield* refuse(`${name} must be a duration that ends, such as 15 minutes`)
    }
    millis[name] = duration.value
  }
  return millis
})

/** The options with their defaults; fails with the first that does not work. */
export const settingsOf = Effect.fnUntraced(function* (options: JobOptions) {
  const { apiKey = defaultKey, connection = {}, id, importer = {}, lanes = defaultLanes, maxFailures } = options
  if (!isName(id)) return yield* refuse(`its id has to be ${nameRule}`)
  if (!isName(apiKey)) return yield* refuse(`the name of its key has to be ${nameRule}`)
  if (!isCount(lanes) || lanes > mostLanes) {
    return yield* refuse(`lanes must be a whole number from 1 to ${mostLanes}`)
  }
  const { concurrency, maxAttempts, verify = true, ...durations } = importer
  const { retryDelay, settleDelay, ...address } = connection
  const { requestsPerDay, requestsPerSecond } = address
  const counts = { concurrency, maxAttempts, maxFailures, requestsPerDay, requestsPerSecond }
  for (const [name, count] of Object.entries(counts)) {
    if (count !== undefined && !isCount(count)) return yield* refuse(`${name} must be a whole number of at least 1`)
  }
  const settings: Settings = {
    connection: { ...defined(address), ...(yield* millisOf({ retryDelay, settleDelay })) },
    importer: { verify, ...defined({ concurrency, maxAttempts }), ...(yield* millisOf(durations)) },
    ...defined({ maxFailures }),
  }
  return { id, apiKey, lanes, settings }
})
