import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Outcome from "../src/Outcome.ts"

describe("classify", () => {
  it("knows a row for every status and every transport fault", () => {
    for (let status = 100; status <= 599; status++) assert.isDefined(Outcome.classify(status), String(status))
    for (const fault of Outcome.TransportFault.literals) assert.isDefined(Outcome.classify(fault), fault)
  })

  it("holds a row for every answer and an answer for every row", () => {
    const statuses = Array.from({ length: 500 }, (_, index) => Outcome.classify(index + 100))
    const faults = Outcome.TransportFault.literals.map(Outcome.classify)
    const reached = new Set([...faults, ...statuses])
    assert.deepStrictEqual(
      Outcome.writes.filter((row) => !reached.has(row)),
      [],
    )
  })

  it("calls only a 201 created", () => {
    const created = Array.from({ length: 500 }, (_, index) => index + 100).filter(
      (status) => Outcome.classify(status).outcome === "created",
    )
    assert.deepStrictEqual(created, [201])
  })

  it("never retries or pauses on an answer that may have created the account", () => {
    const unknown = Outcome.writes.filter((row) => row.outcome === "unknown").map((row) => row.next)
    assert.deepStrictEqual(new Set(unknown), new Set(["settle", "halt"] as const))
  })

  it("agrees with the specified outcome of each status", () => {
    const outcomes = (...statuses: ReadonlyArray<number>) => statuses.map((status) => Outcome.classify(status).outcome)
    assert.deepStrictEqual(
      new Set(outcomes(200, 202, 204, 301, 302, 303, 408, 409, 425, 500, 502, 503, 504, 524)),
      new Set(["unknown"]),
    )
    assert.deepStrictEqual(
      new Set(outcomes(307, 308, 400, 401, 403, 404, 405, 413, 415, 422, 429)),
      new Set(["not created"]),
    )
  })
})

describe("classifyRead", () => {
  it("knows a row for every status and every transport fault, and needs every row", () => {
    const answers = [...Array.from({ length: 500 }, (_, index) => index + 100), ...Outcome.TransportFault.literals]
    const reached = new Set(answers.map(Outcome.classifyRead))
    assert.deepStrictEqual(
      Outcome.reads.filter((row) => !reached.has(row)),
      [],
    )
    assert.isFalse(reached.has(undefined as never))
  })

  it("believes a 200 and a 404 alone", () => {
    const says = (what: Outcome.ReadRow["says"]) =>
      Array.from({ length: 500 }, (_, index) => index + 100).filter(
        (status) => Outcome.classifyRead(status).says === what,
      )
    assert.deepStrictEqual(says("it is there"), [200])
    assert.deepStrictEqual(says("it is not there"), [404])
  })
})

describe("the operations", () => {
  const writes = Object.values<Outcome.Operation>(Outcome.operations).filter((each) => each.kind === "write")

  it("have a name, a method and words that the outcomes know", () => {
    assert.deepStrictEqual(Object.keys(Outcome.operations).toSorted(), Outcome.OperationName.literals.toSorted())
    assert.sameMembers(
      writes.flatMap(({ done, notDone }) => [done, notDone, "unknown"]),
      [...Outcome.Outcome.literals, "unknown"],
    )
  })

  it("say of every answer that a write was done, was not, or that nobody can tell", () => {
    const answers = [...Array.from({ length: 500 }, (_, index) => index + 100), ...Outcome.TransportFault.literals]
    for (const { classify, done, notDone } of writes) {
      assert.sameMembers([...new Set(answers.map((answer) => classify(answer).outcome))], [done, notDone, "unknown"])
    }
  })

  it("leave the same in doubt whatever is written, but for what each is answered when it is done", () => {
    const { create, update } = Outcome.operations
    for (let status = 100; status <= 599; status++) {
      if ([201, 204].includes(status)) continue
      const [created, updated] = [create.classify(status).outcome, update.classify(status).outcome]
      assert.strictEqual(created === "unknown", updated === "unknown", String(status))
    }
    assert.isTrue(Outcome.isNotDone(update.classify(404).outcome))
    assert.isFalse(Outcome.isNotDone("updated") || Outcome.isNotDone("unknown") || Outcome.isNotDone(undefined))
  })
})

describe("docs/outcomes.md", () => {
  const page = readFileSync(fileURLToPath(new URL("../../../docs/outcomes.md", import.meta.url)), "utf8")

  /** The cells of the table under a heading, without its head. */
  const tableUnder = (heading: string) =>
    page
      .slice(page.indexOf(`\n## ${heading}\n`))
      .split("\n## ")[1]!
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .slice(2)
      .map((row) =>
        row
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )

  it("shows the table of writes as it is", () => {
    const apart = ({ next, spacing = 1 }: Outcome.WriteRow) => (next === "settle" ? `${spacing} × \`settleDelay\`` : "")
    assert.deepStrictEqual(
      tableUnder("What an answer means"),
      Outcome.writes.map((row) => [row.what, row.outcome, row.next, row.reason ?? "", apart(row)]),
    )
  })

  it("shows the table of updates as it is", () => {
    assert.deepStrictEqual(
      tableUnder("What an answer to an update means"),
      Outcome.updates.map((row) => [row.what, row.outcome, row.next, row.reason ?? ""]),
    )
  })

  it("shows the table of reads as it is", () => {
    assert.deepStrictEqual(
      tableUnder("What an answer to a lookup means"),
      Outcome.reads.map((row) => [row.what, row.says, row.next, row.reason ?? ""]),
    )
  })
})
