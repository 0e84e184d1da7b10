/** The database of the jobs: the one that is named, else a file where programs keep their data. */
import { phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import { JobError } from "@effect-aptrinsic/jobs/JobError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as UserDirectories from "effect/persistence/UserDirectories"
import type { PlatformError } from "effect/PlatformError"
import * as Redacted from "effect/Redacted"
import type * as SqlClient from "effect/sql/SqlClient"
import { variable } from "../../config/Environment.ts"
import { type Code, codes, Failure, usage } from "../../output/Failure.ts"
import { type Address, Platform } from "../../Platform.ts"

const codeOf: { readonly [Kind in JobError["kind"]]: Code } = {
  Unavailable: "database",
  NewerSchema: "database",
  Busy: "database",
  NotFound: "no_job",
  Conflict: "jobs",
  InvalidOptions: "jobs",
}

/** What the library does not say in the words of the command. */
const hints: { readonly [Kind in JobError["kind"]]?: string } = {
  NotFound: "'aptrinsic jobs list' shows the jobs there are.",
  NewerSchema: "Update aptrinsic, or name another database with --database.",
}

/** What keeps a job from being taken or told of, as the end of a command. */
export const failureOf = ({ hint, kind, message }: JobError): Failure => {
  const code = codeOf[kind]
  return new Failure({
    exitCode: codes[code].exitCode,
    code,
    message: visible(message, 500),
    hints: [hints[kind] ?? hint],
  })
}

/** The address without what is secret in it. */
export const nameOf = (address: Address): string => {
  if ("file" in address) return visible(address.file)
  const parsed = URL.parse(Redacted.value(address.url))
  return parsed === null ? "Postgres" : visible(`${parsed.host}${parsed.pathname}`)
}

const unopened = (address: Address, why: string, hint?: string) =>
  new Failure({
    exitCode: codes.database.exitCode,
    code: "database",
    message: `The database ${nameOf(address)} cannot be opened: ${why}.`,
    hints: [
      hint ?? ("file" in address ? "Name another file with --database." : "Check its address, and that it runs."),
    ],
  })

const isPostgres = (text: string) => /^postgres(?:ql)?:\/\//iu.test(text)

/** Whether a text looks like an address, which may hold a password: `mysql://…`, `postgres:/…`, and one in quotes. One letter is the drive of a file. */
const isAddress = (text: string) => /^(?:[a-z][\w+.-]+:)+\/|[a-z][\w+.-]+:\/\/|^postgres(?:ql)?:/iu.test(text)

const noFolder = () =>
  usage("There is no folder for the data of this user.", "Name a file or the URL of a Postgres with --database.")

const unwritable = (file: string) => (error: PlatformError) => {
  const [phrase, hint] = phraseOf(error, "name another file with --database")
  return unopened({ file }, phrase, hint)
}

/** In a folder that only this user may enter: the rows of jobs are in the file. */
const defaultFile = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* UserDirectories.UserDirectories.use((directories) => directories.data("aptrinsic")).pipe(
    Effect.provide(UserDirectories.layer),
    Effect.mapError(noFolder),
  )
  const file = path.join(folder, "jobs.db")
  yield* Effect.mapError(fs.makeDirectory(folder, { recursive: true, mode: 0o700 }), unwritable(file))
  return file
})

/** The rows of jobs are for this user alone, whatever folder their file is in. */
const makeFile = Effect.fnUntraced(function* (file: string) {
  const fs = yield* FileSystem.FileSystem
  yield* Effect.mapError(Effect.scoped(fs.open(file, { flag: "a", mode: 0o600 })), unwritable(file))
  return { file } satisfies Address
})

const decode = Option.liftThrowable(decodeURIComponent)

const isReadable = (text: string) => {
  const url = URL.parse(text)
  return url !== null && Option.isSome(decode(url.username + url.password))
}

const notUrl = () =>
  usage(
    "The address of the database is not the URL of a Postgres.",
    "It is postgres://user:password@host/name. In a password, / is written %2F, @ is %40 and % is %25. A file is named by its path.",
  )

/** Where the jobs are. */
export const addressOf = Effect.fnUntraced(function* (given: string | undefined) {
  const named = given ?? (yield* variable("APTRINSIC_DATABASE"))
  if (named === "") return yield* usage("--database needs the name of a file or the URL of a Postgres.")
  if (named !== undefined && isAddress(named)) {
    if (!isPostgres(named) || !isReadable(named)) return yield* notUrl()
    return { url: Redacted.make(named) } satisfies Address
  }
  const path = yield* Path.Path
  return yield* makeFile(named === undefined ? yield* defaultFile : path.resolve(named))
})

export const layerOf = (address: Address): Layer.Layer<SqlClient.SqlClient, Failure, Platform> =>
  Layer.unwrap(
    Platform.use(({ database }) =>
      Effect.map(database, (layerDatabase) =>
        Layer.effectContext(
          Effect.catchTag(Layer.build(layerDatabase(address)), "SqlError", ({ reason }) =>
            Effect.fail(unopened(address, visible(reason.message ?? reason._tag, 300))),
          ),
        ),
      ),
    ),
  )

/** Ends the command where the jobs cannot be asked. */
export const asFailure = <A, E, R>(effect: Effect.Effect<A, E | JobError, R>) =>
  Effect.catchIf(effect, (error: E | JobError): error is JobError => error instanceof JobError, failureOf)

/** The jobs of a database, for the time of the scope. */
export const open = Effect.fnUntraced(function* (address: Address) {
  const context = yield* Layer.build(Layer.provideMerge(ImportJob.layer, layerOf(address))).pipe(asFailure)
  return { jobs: Context.get(context, ImportJob.ImportJob), context }
})
