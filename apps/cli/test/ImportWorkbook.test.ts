import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Zip from "effect/encoding/Zip"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { canary, layerSandbox } from "./support/aptrinsic.ts"
import { rows } from "./support/importing.ts"
import * as Process from "./support/process.ts"

const text = (content: string) => `<c t="inlineStr"><is><t>${content}</t></is></c>`
const sheet = (...rows: ReadonlyArray<string>) =>
  `<worksheet><sheetData>${rows.map((row) => `<row>${row}</row>`).join("")}</sheetData></worksheet>`
const relation = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`

/** Two sheets with accounts. The first has two of them, and a day; a number of employees of the second is none. */
const book = {
  "[Content_Types].xml": "<Types/>",
  "_rels/.rels": `<Relationships>${relation("r1", "officeDocument", "xl/workbook.xml")}</Relationships>`,
  "xl/workbook.xml":
    '<workbook xmlns:r="r"><sheets><sheet name="Accounts" r:id="r1"/><sheet name="Old ones" r:id="r2"/></sheets></workbook>',
  "xl/_rels/workbook.xml.rels": `<Relationships>${relation("r1", "worksheet", "worksheets/1.xml")}${relation("r2", "worksheet", "worksheets/2.xml")}${relation("r3", "styles", "styles.xml")}</Relationships>`,
  "xl/styles.xml": '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
  "xl/worksheets/1.xml": sheet(
    text("Account ID") + text("Account Name") + text("renewalDate") + text("Employees"),
    `${text("007")}${text("Acme")}<c s="1"><v>46418</v></c><c><v>12</v></c>`,
    `${text("008")}${text("Globex")}<c s="1"><v>46419</v></c>${text("many")}`,
  ),
  "xl/worksheets/2.xml": sheet(text("id") + text("name"), text("9") + text("Initech")),
}

const bytesOf = Stream.fromIterable(Object.entries(book).map(([path, content]) => Zip.file(path, content))).pipe(
  Stream.pipeThroughChannel(Zip.encode()),
  Stream.runCollect,
  Effect.map((chunks) => Buffer.concat(chunks)),
)

/** A directory with the workbook in it, and processes that import from there. */
const world = Effect.gen(function* () {
  const sandbox = Context.get(yield* Layer.build(layerSandbox()), Sandbox.Sandbox)
  const directory = yield* Process.temporaryDirectory
  writeFileSync(join(directory, "book.xlsx"), yield* bytesOf)
  writeFileSync(join(directory, "accounts.csv.gz"), gzipSync(rows(3)))
  const env = {
    APTRINSIC_API_KEY: canary,
    APTRINSIC_BASE_URL: sandbox.url,
    APTRINSIC_PRODUCT_KEY: "AP-TEST-2",
  }
  const program = yield* Process.bundle
  return {
    directory,
    held: Effect.map(sandbox.store.list({ limit: 100 }), (all) => all.map(({ account }) => account)),
    run: (...args: ReadonlyArray<string>) =>
      Process.runProcess(Process.commandLine(program, ["accounts", "import", ...args]), { env, cwd: directory }),
  }
})

const timeout = 60_000

describe.concurrent("the import of a workbook", () => {
  it.live(
    "checks the sheet that is read, says which one that is, and the lines of its rows",
    () =>
      Effect.gen(function* () {
        const { run } = yield* world
        const { exitCode, stderr } = yield* run("book.xlsx", "--dry-run")
        assert.strictEqual(exitCode, 3)
        assert.include(stderr, 'Reading sheet "Accounts" of book.xlsx; --sheet NAME reads another: "Old ones".')
        assert.include(stderr, "book.xlsx: 1 of 2 rows is invalid")
        assert.match(stderr, /line 3 .*"many" is not a whole number/)
        const told = JSON.parse((yield* run("book.xlsx", "--dry-run", "--json")).stdout)
        assert.deepEqual(told.sheet ?? told.error.sheet, { name: "Accounts", others: ["Old ones"] })
        const other = yield* run("book.xlsx", "--dry-run", "--sheet", "old ones")
        assert.strictEqual(other.exitCode, 0)
        assert.include(other.stdout, "book.xlsx: its one row is valid. Nothing was sent.")
      }),
    timeout,
  )

  it.live(
    "sends what its cells hold, continues, and writes the rows that failed as a CSV that can be imported",
    () =>
      Effect.gen(function* () {
        const { directory, held, run } = yield* world
        const first = yield* run("book.xlsx", "--skip-invalid")
        assert.strictEqual(first.exitCode, 6)
        const [acme] = yield* held
        assert.deepInclude(acme, { id: "007", name: "Acme", renewalDate: 1_801_353_600_000, numberOfEmployees: 12 })
        const failed = readFileSync(join(directory, "book.failed.csv"), "utf8")
        assert.strictEqual(
          failed,
          '\ufeffAccount ID,Account Name,renewalDate,Employees,_line,_problem\r\n008,Globex,2027-02-01,many,3,"numberOfEmployees ""many"" is not a whole number"\r\n',
        )
        assert.include((yield* run("book.xlsx", "--skip-invalid")).stderr, "1 of 2 rows is already done")
        const otherSheet = yield* run("book.xlsx", "--sheet", "Old ones")
        assert.strictEqual(otherSheet.exitCode, 2)
        writeFileSync(join(directory, "book.failed.csv"), failed.replace("many,", "7,"))
        assert.strictEqual((yield* run("book.failed.csv")).exitCode, 0)
        assert.lengthOf(yield* held, 2)
      }),
    timeout,
  )

  it.live(
    "and of a gzip needs no flag",
    () =>
      Effect.gen(function* () {
        const { held, run } = yield* world
        assert.strictEqual((yield* run("accounts.csv.gz")).exitCode, 0)
        assert.lengthOf(yield* held, 3)
        assert.include((yield* run("accounts.csv.gz", "--sheet", "1")).stderr, "has no sheets: it is read as csv.")
      }),
    timeout,
  )
})
