import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { repository } from "./world.ts"

const page = readFileSync(join(repository, "docs", "scale.md"), "utf8")

/** The cells of the row that begins so. */
const cells = (title: string) => {
  const line = page.split("\n").find((each) => each.startsWith(`| ${title}`))
  return (line ?? "").split("|").slice(1, -1)
}

/** The last number of a row. */
const figure = (title: string) => Number.parseFloat(cells(title).at(-1) ?? "")

const number = (cell = "") => Number(cell.replaceAll(",", "").replace(/[^\d.]/gu, ""))

it("scale.md computes the needs of many tenants from its figures", () => {
  const worker = figure("sent at 200/s: the workers")
  const server = figure("sent at 200/s: the server")
  const transactions = figure("transactions of the server")
  const done = figure("a million rows that are done")
  for (const value of [worker, server, transactions, done]) assert.isAbove(value, 0)

  const needs = page.split("\n").filter((line) => /^\| [\d,]+ .*\| +[\d,]+ \|/u.test(line))
  assert.lengthOf(needs, 6)
  for (const line of needs) {
    const [, tenants, perSecond, cores, ofServer, perSecondOfServer, workers, connections, daily] = line.split("|")
    const rows = number(perSecond)
    const near = (cell: string | undefined, expected: number) => {
      assert.closeTo(number(cell), expected, Math.max(0.06, expected * 0.05), `${tenants}: ${cell}`)
    }
    near(cores, (rows * worker) / 1000)
    near(ofServer, (rows * server) / 1000)
    near(perSecondOfServer, rows * transactions)
    assert.strictEqual(number(workers), Math.max(2, Math.ceil(number(cores) / 0.7)), line)
    assert.strictEqual(number(connections), 10 * number(workers), line)
    near(daily, (rows * 3600 * done) / 1e6 / 1000)
  }
})
