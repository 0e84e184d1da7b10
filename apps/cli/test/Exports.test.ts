import { fileURLToPath } from "node:url"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { layerSandbox } from "./support/aptrinsic.ts"
import { importing } from "./support/importing.ts"

const folder = fileURLToPath(new URL("../../../examples/accounts/exports/", import.meta.url))

/** Flags that say how a file is written. */
const isFormat = (flag: string) =>
  /^--(?:locale|encoding|date-format|time-zone|decimal|grouping|unit|quote|skip-\w+) /.test(flag)

interface Export {
  readonly file: string
  /** What its second command says, each as the first one offers it. */
  readonly flags: ReadonlyArray<string>
  /** Keys that answer what a terminal asks about columns that match nothing. */
  readonly typed?: ReadonlyArray<string>
  /** Flags, and custom attributes of the first account, where they differ when nobody is asked. */
  readonly unasked?: { readonly flags?: ReadonlyArray<string>; readonly customAttributes?: object }
  /** Whether the file is of a system whose exports need nothing but formats. */
  readonly isKnown?: boolean
  readonly rows: number
  /** The first account, as it was created. */
  readonly account: { readonly [name: string]: unknown }
}

const allCustom = ["down", "down", "down", "enter"]

/** The first customer of `kunden`, whatever the file is. */
const mueller = {
  id: "K-1001",
  name: "Müller & Söhne GmbH",
  csm: "Jörg Weiß",
  website: "www.mueller.example",
  numberOfEmployees: 1250,
  location: { street: "Königstraße 7", postalCode: "70173", city: "Stuttgart", countryName: "Deutschland" },
  customAttributes: { umsatz: 8352.99, kundeSeit: Date.UTC(2023, 1, 2) },
}

const exports: ReadonlyArray<Export> = [
  {
    file: "hubspot-companies.csv",
    flags: ["--time-zone Europe/Berlin"],
    typed: allCustom,
    isKnown: true,
    rows: 3,
    account: {
      id: "8731458213",
      name: "Acme Inc",
      csm: "Dana Fox (dana@example.com)",
      lastSeenDate: Date.UTC(2026, 1, 10, 15, 5),
      industry: "MACHINERY",
      website: "acme.com",
      numberOfEmployees: 1000,
      location: { city: "San Mateo", countryName: "United States" },
      customAttributes: {
        createDate: "2024-01-05 10:22",
        phoneNumber: "+1 650 867 3450",
        annualRevenue: 350_000_000,
        lifecycleStage: "Customer",
      },
    },
  },
  {
    file: "hubspot-companies.json",
    flags: [],
    isKnown: true,
    rows: 2,
    account: {
      id: "8731458213",
      name: "Acme Inc",
      website: "acme.com",
      industry: "MACHINERY",
      numberOfEmployees: 1000,
      location: { city: "San Mateo", countryName: "United States" },
    },
  },
  {
    file: "salesforce-data-loader.csv",
    flags: [],
    typed: ["down", "down", "enter"],
    isKnown: true,
    rows: 3,
    account: {
      id: "0015e00002AbcD1AAJ",
      name: "Acme Inc",
      sicCode: "3720",
      industry: "Manufacturing",
      numberOfEmployees: 1000,
      website: "www.acme.com",
      lastSeenDate: Date.UTC(2026, 1, 10),
      location: {
        street: "1 Main St",
        city: "San Mateo",
        stateName: "CA",
        postalCode: "94010",
        countryName: "USA",
        coordinates: { latitude: 37.563, longitude: -122.3255 },
      },
    },
  },
  {
    file: "salesforce-report.csv",
    flags: ["--locale en-US", "--skip-footer 5"],
    typed: ["enter"],
    isKnown: true,
    rows: 3,
    account: {
      id: "0015e00002AbcD1",
      name: "Acme Inc",
      csm: "Dana Fox",
      numberOfEmployees: 1000,
      website: "www.acme.com",
      lastSeenDate: Date.UTC(2026, 1, 10),
      renewalDate: Date.UTC(2026, 11, 31),
      location: { city: "San Mateo", countryName: "USA" },
      customAttributes: { annualRevenue: 39_334_312 },
    },
  },
  {
    file: "salesforce-query.json",
    flags: [],
    isKnown: true,
    rows: 2,
    account: {
      id: "0015e00002AbcD1AAJ",
      name: "Acme Inc",
      csm: "Dana Fox",
      industry: "Manufacturing",
      numberOfEmployees: 1000,
      website: "www.acme.com",
      location: {
        street: "1 Main St",
        city: "San Mateo",
        stateName: "CA",
        postalCode: "94010",
        countryName: "USA",
        coordinates: { latitude: 37.563, longitude: -122.3255 },
      },
    },
  },
  {
    file: "kunden.csv",
    flags: ["--locale de", "--unit '€'"],
    typed: allCustom,
    unasked: { flags: ["--locale de"] },
    isKnown: true,
    rows: 3,
    account: mueller,
  },
  {
    file: "kunden.xlsx",
    flags: [],
    typed: ["enter"],
    isKnown: true,
    rows: 3,
    account: mueller,
  },
  {
    file: "sheets.tsv",
    flags: [],
    typed: allCustom,
    unasked: { flags: ["--unmapped custom"], customAttributes: { seats: 27, notes: '27" Monitor Ltd' } },
    rows: 2,
    account: {
      id: "g-1",
      name: "Acme Inc",
      plan: "pro",
      customAttributes: { seats: 27, notes: '27" Monitor Ltd' },
    },
  },
  {
    file: "copy.csv",
    flags: [],
    rows: 2,
    account: {
      id: "1000",
      name: "Acme Inc",
      plan: "pro",
      renewalDate: Date.UTC(2027, 0, 31, 9),
      lastSeenDate: Date.UTC(2026, 1, 10, 16, 5, 0, 123),
    },
  },
  {
    file: "copy.txt",
    flags: ["--columns id,name,plan,renewalDate"],
    rows: 2,
    account: { id: "2000", name: "Acme Inc", plan: "pro", renewalDate: Date.UTC(2027, 0, 31, 9) },
  },
  {
    file: "bigquery.ndjson",
    flags: ["--unmapped custom", "--map seats=customAttributes.seats:number", "--map mrr=customAttributes.mrr:number"],
    rows: 2,
    account: {
      id: "b-1",
      name: "Acme Inc",
      customAttributes: {
        ownerEmail: "dana@example.com",
        seats: 27,
        mrr: 1250.5,
        createdAt: "2024-01-05 10:22:31.123 UTC",
      },
    },
  },
  {
    file: "snowflake.json",
    flags: ["--unmapped custom"],
    rows: 2,
    account: {
      id: "s-1",
      name: "Acme Inc",
      plan: "pro",
      customAttributes: { arr: 1250.5, createdAt: "2024-01-05 10:22:31.000 Z" },
    },
  },
  {
    file: "stripe-customers.csv",
    flags: ["--unmapped ignore", "--map 'Total Spend=customAttributes.totalSpend:number'"],
    rows: 2,
    account: {
      id: "cus_QxYz1AbCdEf",
      name: "Acme Inc",
      plan: "pro-yearly",
      customAttributes: { totalSpend: 1250.5 },
    },
  },
  {
    file: "zendesk-organizations.json",
    flags: ["--unmapped ignore"],
    rows: 2,
    account: { id: "360001", name: "Acme Inc", plan: "pro" },
  },
  {
    file: "intercom-companies.json",
    flags: ["--unmapped ignore", "--ignore id", "--map plan.name=plan"],
    rows: 2,
    account: {
      id: "acme",
      name: "Acme Inc",
      plan: "pro",
      website: "https://acme.com",
      industry: "Manufacturing",
      customAttributes: { region: "emea" },
    },
  },
]

/** A flag as a shell hands it over. */
const wordsOf = (flag: string): ReadonlyArray<string> => {
  const [name, value] = [flag.slice(0, flag.indexOf(" ")), flag.slice(flag.indexOf(" ") + 1)]
  return [name, value.replaceAll("'", "")]
}

interface Way {
  readonly where: string
  readonly given: Export
  readonly flags: ReadonlyArray<string>
  readonly customAttributes: object
  readonly typed: ReadonlyArray<string> | undefined
}

/** Each export as it is imported at a terminal that asks something, and where there is none. */
const ways: ReadonlyArray<Way> = exports.flatMap((given): ReadonlyArray<Way> => {
  const { account, flags, typed, unasked } = given
  const customAttributes = (account["customAttributes"] ?? {}) as object
  const off = { where: "off a terminal", given, flags, typed: undefined }
  if (typed === undefined) return [{ ...off, customAttributes }]
  return [
    { where: "at a terminal", given, flags, typed, customAttributes },
    { ...off, customAttributes: {}, ...unasked },
  ]
})

layer(layerSandbox(), { excludeTestServices: true })("an export", (it) => {
  it.effect.each(ways)(
    "$given.file takes one command that says what to say, and one that imports it: $where",
    ({ customAttributes, flags, given, typed }) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { file, run, store } = yield* importing("", given.file)
        yield* fs.copyFile(`${folder}${given.file}`, file)
        const place = {
          columns: 200,
          ...(typed === undefined ? {} : { terminals: ["stdin", "stderr"] as const, typed }),
        }
        const first = yield* run(["--dry-run"], { ...place, env: { APTRINSIC_PRODUCT_KEY: "" } })
        assert.notStrictEqual(first.exitCode, 0)
        // Which columns there are in a file without a header, only its reader knows.
        for (const flag of flags) assert.include(first.stderr, flag.replace(/(?<=^--columns id,name),.*/, ""))
        assert.isAtMost(flags.length, 4)
        const others = flags.filter((flag) => !isFormat(flag))
        if (given.isKnown === true) assert.deepStrictEqual(others, [])

        const { exitCode, stderr, stdout } = yield* run(flags.flatMap(wordsOf), place)
        assert.strictEqual(exitCode, 0, stderr)
        assert.include(stdout, `Created ${given.rows} of ${given.rows} rows`)
        const [created] = (yield* store.list({ limit: 10 })).filter(({ account }) => account.id === given.account["id"])
        const { customAttributes: kept = {}, ...fields } = JSON.parse(JSON.stringify(created!.account))
        const { customAttributes: _, ...expected } = JSON.parse(JSON.stringify(given.account))
        assert.deepStrictEqual(fields, { ...fields, ...expected })
        assert.deepStrictEqual(kept, customAttributes)
      }),
  )
})
