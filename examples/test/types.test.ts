/**
 * Programs that are wrong, which the compiler refuses with a first sentence that says what is wrong, and one that is right, which it takes
 * under the strictest and the loosest settings.
 */
import { mkdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layerSandbox, repository, run, scratch } from "./world.ts"

interface Wrong {
  readonly title: string
  readonly program: string
  /** What the first sentence begins with. */
  readonly says: string
  /** What one of those under it says, where a call of several forms is refused. */
  readonly because?: string
}

const acme = `id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2"]`
const create = (fields: string, options = "") => `Accounts.createAccount({ ${fields} }${options})`
const matching = (call: string, reason: string) =>
  `${call}.pipe(Effect.catchReason("AccountsError", "${reason}", () => Effect.void))`
const all = (fields: string, options = "") => `BulkAccounts.createAll(Stream.make({ ${fields} })${options})`
const key = `apiKey: Redacted.make("a-key-of-px")`

const wrong: ReadonlyArray<Wrong> = [
  {
    title: "a misspelt field",
    program: create(`${acme}, plann: "pro"`),
    says: `Object literal may only specify known properties, but 'plann' does not exist in type 'NewAccountInput'. Did you mean to write 'plan'?`,
  },
  {
    title: "a field that is missing",
    program: create(`id: "acme", name: "Acme Inc"`),
    says: `Property 'propertyKeys' is missing in type '{ id: string; name: string; }' but required in type 'NewAccountInput'.`,
  },
  {
    title: "a date as text",
    program: create(`${acme}, renewalDate: "2027-01-01"`),
    says: `Type 'string' is not assignable to type 'number | Date | DateTime | undefined'.`,
  },
  {
    title: "a postal code as a number",
    program: create(`${acme}, location: { postalCode: 94010 }`),
    says: `Type 'number' is not assignable to type 'string'.`,
  },
  {
    title: "a date among the custom attributes",
    program: create(`${acme}, customAttributes: { since: new Date() }`),
    says: `Type 'Date' is not assignable to type 'JsonInput | undefined'.`,
  },
  {
    title: "a function among the custom attributes",
    program: create(`${acme}, customAttributes: { tier: () => "gold" }`),
    says: `Type '() => string' is not assignable to type 'JsonInput | undefined'.`,
  },
  {
    title: "a symbol in a list of a custom attribute",
    program: create(`${acme}, customAttributes: { tiers: [Symbol("gold")] }`),
    says: `Type 'symbol' is not assignable to type 'JsonInput | undefined'.`,
  },
  {
    title: "custom attributes of an interface, which a spread makes right",
    program: `((customAttributes: Attributes) => ${create(`${acme}, customAttributes`)})`,
    says: `Type 'Attributes' is not assignable to type 'JsonObjectInput'.`,
    because: `Index signature for type 'string' is missing in type 'Attributes'.`,
  },
  {
    title: "a misspelt option",
    program: create(acme, `, { ifExist: "accept" }`),
    says: `Object literal may only specify known properties, but 'ifExist' does not exist in type 'CreateOptions'. Did you mean to write 'ifExists'?`,
  },
  {
    title: "an option that does not exist",
    program: create(acme, `, { ifExists: "update" }`),
    says: `Type '"update"' is not assignable to type '"accept" | "accept-same" | "fail" | undefined'.`,
  },
  {
    title: "a duration that cannot be read",
    program: create(acme, `, { totalTimeout: "30s" }`),
    says: `Type '"30s"' is not assignable to type 'Input | undefined'.`,
  },
  {
    title: "a reason no create has",
    program: matching(create(acme), "AccountNotFound"),
    says: `Argument of type '"AccountNotFound"' is not assignable to parameter of type '"BadRequest" | "DailyQuotaExhausted" | `,
  },
  {
    title: "a reason no read has",
    program: matching(`Accounts.getAccount("acme")`, "PossibleDuplicate"),
    says: `Argument of type '"PossibleDuplicate"' is not assignable to parameter of type '"AccountNotFound" | `,
  },
  {
    title: "a misspelt reason",
    program: matching(create(acme), "Unautorized"),
    says: `Argument of type '"Unautorized"' is not assignable to parameter of type '"BadRequest" | "DailyQuotaExhausted" | `,
  },
  {
    title: "a key that is plain text",
    program: `Accounts.layer({ apiKey: "a-key-of-px" })`,
    says: `Type 'string' is not assignable to type 'Redacted<string>'.`,
  },
  {
    title: "a data center in capitals",
    program: `Accounts.layer({ ${key}, dataCenter: "US" })`,
    says: `Type '"US"' is not assignable to type '"eu" | "us" | "us2" | undefined'. Did you mean '"us"'?`,
  },
  {
    title: "a value where a Config belongs",
    program: `Accounts.layerConfig({ apiKey: "PX_KEY" })`,
    says: `Type 'string' is not assignable to type 'Config<Redacted<string>> | `,
  },
  {
    title: "a program without the service",
    program: `Effect.runPromise(${create(acme)})`,
    says: `Argument of type 'Effect<AccountCreated, AccountsError<CreateReason>, Accounts>' is not assignable to parameter of type 'Effect<AccountCreated, AccountsError<CreateReason>, never>'`,
  },
  {
    title: "a double that fails as no read does",
    program: `Accounts.layerTest({ getAccount: () => Effect.fail(new AccountsError.AccountsError({ operation: "get", attempts: 1, elapsed: Duration.millis(1), history: [], reason: new AccountsError.Withdrawn() })) })`,
    says: `Type '() => Effect.Effect<never, AccountsError.AccountsError<AccountsError.Withdrawn>, never>' is not assignable to type '(id: string) => Effect<Account, AccountsError<ReadReason>, never>'.`,
  },
  {
    title: "a stream of accounts without a required field",
    program: all(`id: "acme", name: "Acme Inc"`),
    says: `No overload matches this call.`,
    because: `Property 'propertyKeys' is missing in type '{ readonly id: "acme"; readonly name: "Acme Inc"; }' but required in type 'NewAccountInput'.`,
  },
  {
    title: "a stream of accounts with a date as text",
    program: all(`${acme}, renewalDate: "2027-01-01"`),
    says: `No overload matches this call.`,
    because: `Types of property 'renewalDate' are incompatible.`,
  },
  {
    title: "a misspelt option of an import",
    program: all(acme, `, { concurency: 8 }`),
    says: `Object literal may only specify known properties, but 'concurency' does not exist in type 'Options'. Did you mean to write 'concurrency'?`,
  },
  {
    title: "an outcome that no account of a stream has",
    program: `Stream.map(${all(acme)}, (outcome) => outcome._tag === "Invalid")`,
    says: `This comparison appears to be unintentional because the types '"Created" | "Duplicate" | "Failed" | "InDoubt"' and '"Invalid"' have no overlap.`,
  },
  {
    title: "a field that the accounts of a stream do not have",
    program: `Stream.map(${all(acme)}, ({ account }) => account.plan)`,
    says: `Property 'plan' does not exist on type '{ readonly id: "acme"; `,
  },
  {
    title: "a stream that is continued without a journal",
    program: `Effect.runPromise(Stream.runDrain(BulkAccounts.resumeAll(Stream.make({ ${acme} }))).pipe(Effect.provide(Accounts.layerTest({}))))`,
    says: `Argument of type 'Effect<void, ImportHalted | JournalError, Journal>' is not assignable to parameter of type 'Effect<void, ImportHalted | JournalError, never>'`,
  },
  {
    title: "a kind of halt that does not exist",
    program: `((halt: ImportHalted.ImportHalted) => halt.kind === "QuotaExhausted")`,
    says: `This comparison appears to be unintentional because the types '"DailyQuotaExhausted" | `,
  },
  {
    title: "a misspelt option of a mapping",
    program: `Mapping.make({ colums: { Seats: "numberOfEmployees" } })`,
    says: `Object literal may only specify known properties, but 'colums' does not exist in type 'MappingOptions'. Did you mean to write 'columns'?`,
  },
  {
    title: "a decimal mark that no file has",
    program: `Mapping.make({ decimal: ";" })`,
    says: `Type '";"' is not assignable to type '"," | "." | undefined'.`,
  },
  {
    title: "a format that does not exist",
    program: `Source.openFile("accounts.xml", { format: "xml" })`,
    says: `Type '"xml"' is not assignable to type '"copy" | "csv" | "json" | "ndjson" | "xlsx" | undefined'.`,
  },
  {
    title: "a check without a reader",
    program: `((source: Source.Source) => Check.check(source.rows))`,
    says: `Property '[TypeId]' is missing in type 'Stream<SourceRow, SourceError, never>' but required in type 'RowReader'.`,
  },
  {
    title: "a reader whose columns may not match",
    program: `((mapping: Mapping.Mapping) => Check.check(mapping.forColumns(["id"])))`,
    says: `Argument of type 'Result<RowReader, MappingError>' is not assignable to parameter of type 'RowReader'.`,
  },
  {
    title: "the account of a row that may be invalid",
    program: `((row: CheckedRow.CheckedRow) => row.account)`,
    says: `Property 'account' does not exist on type 'CheckedRow'.`,
  },
  {
    title: "a file without a file system",
    program: `Effect.runPromise(Source.openFile("accounts.csv"))`,
    says: `Argument of type 'Effect<Source, SourceError, FileSystem>' is not assignable to parameter of type 'Effect<Source, SourceError, never>'`,
  },
  {
    title: "a code of a problem that does not exist",
    program: `((problem: Problem.Problem) => problem.code === "duplicate")`,
    says: `This comparison appears to be unintentional because the types '"blank" | `,
  },
]

const imports = `import { Accounts, AccountsError } from "@effect-aptrinsic/core"
import { BulkAccounts, ImportHalted } from "@effect-aptrinsic/bulk"
import { Check, CheckedRow, Mapping, Problem, Source } from "@effect-aptrinsic/files"
import { Duration, Effect, Redacted, Stream } from "effect"

export interface Attributes {
  readonly tier: string
  readonly seats?: number
}

void [Accounts, AccountsError, BulkAccounts, Check, CheckedRow, ImportHalted, Mapping, Problem, Source]
void [Duration, Redacted, Effect, Stream]
`

const right = `${imports}
import { Config, Layer } from "effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"

declare const plan: string | undefined
declare const attributes: Attributes

const accounts = Accounts.layerConfig({ apiKey: Config.Redacted("PX_KEY"), maxAttempts: Config.succeed(3) })
export const program = ${create(`${acme}, plan, renewalDate: new Date(), customAttributes: { ...attributes }`, `, { ifExists: "accept-same" }`)}.pipe(
  Effect.map(({ account }) => account.plan?.toUpperCase()),
  Effect.catchReasons("AccountsError", {
    PossibleDuplicate: ({ existing }) => Effect.succeed(existing),
    OutcomeUnknown: ({ hint }) => Effect.succeed(hint),
  }),
  Effect.provide(accounts.pipe(Layer.provide(FetchHttpClient.layer))),
)
export const checked = Source.openFile("accounts.csv").pipe(
  Effect.flatMap(({ columns, rows }) =>
    Effect.fromResult(Mapping.make({ timeZone: plan })).pipe(
      Effect.flatMap(({ forColumns }) => Effect.fromResult(forColumns(columns))),
      Effect.flatMap((reader) => rows.pipe(Check.check(reader), Stream.filter(CheckedRow.isValid), Stream.runCollect)),
    ),
  ),
  Effect.map((rows) => rows.map(({ account }) => account.name)),
  Effect.catchTags({ SourceError: ({ kind }) => Effect.succeed([kind]), MappingError: () => Effect.succeed([]) }),
)
`

/** The other way to resolve a package, and optional fields that may be undefined; `test:types` of the tools has all of them, on all compilers. */
const loose = { module: "preserve", moduleResolution: "bundler", exactOptionalPropertyTypes: false }

/** What the compiler says of programs, under options of their own. */
const compile = Effect.fn(function* (name: string, programs: ReadonlyArray<string>, compilerOptions = {}) {
  const folder = join(scratch, name)
  yield* Effect.promise(async () => {
    await rm(folder, { force: true, recursive: true })
    await mkdir(folder, { recursive: true })
    const config = { extends: "../../../../tsconfig.json", compilerOptions, include: ["*.ts"] }
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config))
    await Promise.all(programs.map((program, index) => writeFile(join(folder, `${index}.ts`), program)))
  })
  const { stdout } = yield* run(join(repository, "node_modules", ".bin", "tsc"), ["--project", folder])
  return stdout
}, Effect.provide(layerSandbox))

/** The first error on each program, by its number: its first sentence, and those under it. */
const firstErrors = (said: string) => {
  const errors = [...said.matchAll(/types\/(\d+)\.ts\(\d+,\d+\): error TS\d+: (.*)\n((?: .*\n)*)/g)]
  return new Map(errors.toReversed().map(([, index, says, under]) => [Number(index), { says: says!, under: under! }]))
}

describe("the types of core, bulk and files", () => {
  it.live(
    "refuse a wrong program in words that say what is wrong, and take a right one",
    () =>
      Effect.gen(function* () {
        const said = firstErrors(
          yield* compile("types", [...wrong.map(({ program }) => `${imports}\nvoid ${program}\n`), right]),
        )
        assert.deepEqual(
          wrong.map(({ says, title }, index) => ({ title, says: said.get(index)?.says.slice(0, says.length) })),
          wrong.map(({ says, title }) => ({ title, says })),
        )
        const unexplained = wrong.filter(({ because }, index) => !said.get(index)?.under.includes(because ?? ""))
        assert.deepEqual(unexplained, [])
        assert.isUndefined(said.get(wrong.length))
      }),
    { timeout: 120_000 },
  )

  it.live(
    "take a right program that is resolved by a bundler, with optional fields that may be undefined",
    () => Effect.map(compile("right", [right], loose), (said) => assert.strictEqual(said, "")),
    { timeout: 120_000 },
  )
})
