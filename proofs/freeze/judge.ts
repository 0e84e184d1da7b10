/**
 * What must hold after one run was stopped, another took its journal over, and the first went on.
 */
import type { LoggedRequest } from "@effect-aptrinsic/sandbox/RequestLog"
import type { Ended } from "../command.ts"
import { repeats } from "../repeats.ts"

export interface Evidence {
  readonly ids: ReadonlyArray<string>
  /** The run that was stopped and the one that took over. */
  readonly ends: readonly [Ended, Ended]
  /** The command once more, after both had ended. */
  readonly last: Ended
  readonly report: string
  readonly stored: ReadonlyArray<string>
  readonly requests: ReadonlyArray<LoggedRequest>
}

export interface Verdict {
  readonly tookOver: boolean
  readonly repeated: number
  readonly problems: ReadonlyArray<string>
}

interface Document {
  readonly ok: boolean
  readonly created?: number
  readonly duplicate?: number
  readonly failed?: number
  readonly inDoubt?: number
  readonly remaining?: number
  readonly halted?: { readonly kind: string; readonly message: string }
  readonly error?: { readonly message: string; readonly kind?: string }
}

const documentOf = ({ stdout }: Ended): Document => (stdout === "" ? { ok: false } : (JSON.parse(stdout) as Document))

export const judge = ({ ends: [first, second], ids, last, report, requests, stored }: Evidence): Verdict => {
  const problems: Array<string> = []
  const expect = (holds: boolean, otherwise: string) => {
    if (!holds) problems.push(otherwise)
  }
  const repeated = repeats(requests)
  const held = new Set(stored)
  expect(repeated.length === 0, `POSTed more than once: ${repeated.join(", ")}`)
  expect(ids.every((id) => held.has(id)) && stored.length === ids.length, `${stored.length} accounts are in PX`)

  const lines = report.trimEnd().split("\n").slice(1)
  const created = lines
    .map((line) => JSON.parse(line) as { readonly s: string; readonly id: string })
    .filter(({ s }) => s === "created")
    .map(({ id }) => id)
  expect(new Set(created).size === ids.length, `${new Set(created).size} rows are reported as created`)
  const others = lines.filter((line) => /"s":"(duplicate|failed)"/.test(line))
  expect(others.length === 0, `rows are reported as duplicates or as failed: ${others.join()}`)

  const [one, two] = [documentOf(first), documentOf(second)]
  const tookOver = one.halted?.kind === "TakenOver"
  if (tookOver) {
    expect(first.exitCode === 7, `the stopped run ended with ${first.exitCode}: ${first.stderr}`)
    // It may wake while the other one has removed its lock and not yet made its own.
    expect(
      /another run (has taken it over|may be writing it)/.test(one.halted.message),
      `it says ${one.halted.message}`,
    )
    expect((one.duplicate ?? 0) + (one.failed ?? 0) === 0, `it claims duplicates or failures: ${first.stdout}`)
    expect(
      (one.created ?? 0) + (one.inDoubt ?? 0) + (one.remaining ?? 0) === ids.length,
      `it miscounts: ${first.stdout}`,
    )
    expect(second.exitCode === 0, `the run that took over ended with ${second.exitCode}: ${second.stdout}`)
  } else {
    expect(first.exitCode === 0, `the stopped run ended with ${first.exitCode}: ${first.stdout}${first.stderr}`)
    expect(second.exitCode === 2, `the second run ended with ${second.exitCode}: ${second.stdout}`)
    expect(two.error?.kind === "Busy", `the second run says ${second.stdout}`)
  }
  expect(last.exitCode === 0, `the last run ended with ${last.exitCode}: ${last.stdout}`)
  return { tookOver, repeated: repeated.length, problems }
}
