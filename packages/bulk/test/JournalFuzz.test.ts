import * as Importer from "@effect-aptrinsic/bulk/Importer"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import * as E from "@effect-aptrinsic/core/AccountsError"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { filesWith, inDirectory, leaveLock, pastLock, subject, text, write } from "./support/journal.ts"
import { accounts, failure, px, success } from "./support/px.ts"

const rounds = 60

/** Files that are not waited for: nobody pulls the plug here. */
const unsynced = filesWith((fs) => ({
  open: (path, options) =>
    Effect.map(fs.open(path, options), (file) => Object.create(file, { sync: { value: Effect.void } })),
}))

const rows = accounts(30).map((account, index) => ({ row: index + 1, line: index + 2, account }))
const isRefused = (id: string) => Number(id.slice(1)) % 9 === 4

/** A PX that loses some answers and remembers who was POSTed twice without a look before the second time. */
const makePx = () => {
  const held = new Set<string>()
  const blind: Array<string> = []
  const loses = { answers: true }
  const { layer } = px((input, { inDoubt = false }) =>
    Effect.suspend(() => {
      if (held.has(input.id)) {
        if (inDoubt) return Effect.succeed({ ...success(input), reconciled: true })
        blind.push(input.id)
        return failure(new E.PossibleDuplicate({ existing: "same", differences: [], detail: "" }))
      }
      if (isRefused(input.id)) return failure(new E.BadRequest({ detail: "no", issues: [] }))
      held.add(input.id)
      const isLost = loses.answers && Number(input.id.slice(1)) % 5 === 2
      return isLost
        ? failure(new E.OutcomeUnknown({ differences: [{ path: "plan", kind: "form" }] }), "unknown")
        : Effect.succeed(success(input))
    }),
  )
  return { held, blind, loses, layer }
}

type Lines = Array<string>
/** A whole number from 0, below a bound. */
type Pick = (below: number) => number

/** The same numbers for the same seed (mulberry32). */
const makePick = (seed: number): Pick => {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below)
  }
}

/** Every line may be damaged, the first too: it holds what the others are checked against. */
const mutations: Readonly<Record<string, (lines: Lines, pick: Pick) => Lines>> = {
  digit: (lines, pick) => {
    const at = pick(lines.length)
    const digits = [...lines[at]!.matchAll(/\d/g)]
    const { index } = digits[pick(digits.length)] ?? { index: 0 }
    const line = lines[at]!
    return lines.with(at, `${line.slice(0, index)}${pick(10)}${line.slice(index + 1)}`)
  },
  byte: (lines, pick) => {
    const content = lines.join("\n")
    const at = pick(content.length)
    return `${content.slice(0, at)}${String.fromCharCode(pick(256))}${content.slice(at + 1)}`.split("\n")
  },
  swap: (lines, pick) => {
    const [one, other] = [pick(lines.length), pick(lines.length)]
    return lines.with(one, lines[other]!).with(other, lines[one]!)
  },
  double: (lines, pick) => lines.toSpliced(pick(lines.length), 0, lines[pick(lines.length)]!),
  drop: (lines, pick) => lines.toSpliced(pick(lines.length), 1 + pick(4)),
  word: (lines, pick) => {
    const at = pick(lines.length)
    return lines.with(at, lines[at]!.replace(/"s":"(sent|failed|in_doubt)"/, '"s":"created"'))
  },
}
const cut = (lines: Lines, pick: Pick): Lines => {
  const content = lines.join("\n")
  return content.slice(0, pick(content.length)).split("\n")
}

/** Changes the journal of a run that ended, or of one that was killed; says how. */
const damage = (content: string, isKilled: boolean, pick: Pick): readonly [changed: string, how: string] => {
  const whole = content.trimEnd().split("\n")
  // A killed run has no end, and of its last lines nobody can tell that they are missing.
  let lines = isKilled ? whole.slice(0, -6) : whole
  const tail = isKilled ? whole.slice(-6, -1) : []
  const how: Array<string> = isKilled ? ["killed"] : []
  for (let left = 1 + pick(3); left > 0; left--) {
    const names = Object.keys(mutations)
    const name = !isKilled && pick(5) === 0 ? "cut" : names[pick(names.length)]!
    how.push(name)
    const changed = name === "cut" ? cut(lines, pick) : mutations[name]!(lines, pick)
    lines = changed.length === 0 ? [""] : changed
  }
  return [[...lines, ...tail, ""].join("\n"), how.join(", ")]
}

const round = (seed: number) => (path: string) =>
  Effect.gen(function* () {
    const pick = makePick(seed)
    const { blind, held, layer, loses } = makePx()
    const claimed = new Set<string>()
    const importing = (upTo: number) =>
      Effect.gen(function* () {
        const importer = yield* Importer.make({ concurrency: 4 })
        const results = yield* importer.importChunk(rows.slice(0, upTo))
        for (const [index, result] of results.entries()) {
          const state = result._tag === "Ended" ? result.outcome._tag : result._tag === "AlreadyDone" && result.state
          if (state === "Created") claimed.add(rows[index]!.account.id)
        }
      }).pipe(Effect.provide([layer, Layer.fresh(JournalFile.layer({ path, subject }))], { local: true }))

    yield* importing(10 + pick(20))
    const isKilled = pick(3) === 0
    const [changed, how] = damage(yield* text(path), isKilled, pick)
    // An empty file is not a report yet.
    if (changed.trim() === "") return false
    yield* write(path, changed)
    if (isKilled) yield* leaveLock(path)
    loses.answers = false
    const isTaken = (yield* Effect.result(pastLock(importing(rows.length))))._tag === "Success"
    if (isTaken) yield* importing(rows.length)

    const story = `seed ${seed}: ${how}`
    assert.deepStrictEqual(
      [...claimed].filter((id) => !held.has(id)),
      [],
      `${story}: claimed and not there`,
    )
    assert.deepStrictEqual(blind, [], `${story}: POSTed again without a look`)
    if (isTaken) {
      const wanted = rows.map(({ account }) => account.id).filter((id) => !isRefused(id))
      assert.sameMembers([...held], wanted, `${story}: not sent`)
      assert.sameMembers([...claimed], wanted, `${story}: created and not told`)
    }
    return isTaken
  })

describe("a journal that was damaged at random", () => {
  it.effect("makes no run claim an account that is not there, or create one again without a look", () =>
    Effect.gen(function* () {
      let taken = 0
      for (let seed = 1; seed <= rounds; seed++) {
        if (yield* inDirectory((path) => Effect.provide(round(seed)(path), unsynced, { local: true }))) taken++
      }
      // The others are refused: their first line is not as it was written.
      assert.isAbove(taken, rounds / 2)
    }),
  )
})
