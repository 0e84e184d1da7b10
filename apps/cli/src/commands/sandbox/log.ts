/** Tells the requests of a sandbox on the terminal, a line for each, as they come. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { LoggedRequest, RequestLog } from "@effect-aptrinsic/sandbox/RequestLog"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { Paint } from "../../output/Output.ts"

/** Lines of one look: a terminal that is slower than the requests would hold them up. */
const most = 50

const interval = "200 millis"

const local = DateTime.zoneMakeLocal()

/** `14:03:09.120` */
const timeOf = (at: DateTime.Utc) => DateTime.formatIsoZoned(DateTime.setZone(at, local)).slice(11, 23)

const colorOf = ({ status }: LoggedRequest) => {
  if (status === null || status >= 500 || status === 429) return "red"
  return status >= 400 ? "yellow" : "green"
}

/** One request as a line; what came from outside stands at its end. */
export const lineOf = (request: LoggedRequest, paint: Paint): string => {
  const { accountId, at, elapsed, faults, method, outcome, path, status } = request
  const took = `${Math.round(Duration.toMillis(elapsed))} ms`
  return [
    paint("dim", timeOf(at)),
    paint(colorOf(request), `${status ?? "---"} ${outcome.padEnd(12)}`),
    took.padStart(8),
    ` ${visible(method, 20)} ${visible(path, 100)}`,
    ...(method === "GET" || accountId === null ? [] : [visible(accountId, 60)]),
    ...(faults.length === 0 ? [] : [paint("yellow", `(${faults.join(", ")})`)]),
  ].join(" ")
}

/** Tells the requests until the scope is closed. `rest` tells those since the last look. */
export const follow = Effect.fnUntraced(function* (
  log: RequestLog["Service"],
  paint: Paint,
  write: (text: string) => Effect.Effect<void>,
) {
  let seen = 0
  const look = Effect.gen(function* () {
    const latest = yield* log.latest
    if (latest === seen) return
    const requests = yield* log.entries({ after: Math.max(seen, latest - most) })
    const others = latest - seen - requests.length
    seen = latest
    const lines = requests.map((request) => lineOf(request, paint))
    yield* write((others === 0 ? lines : [paint("dim", `… ${others} more`), ...lines]).join("\n"))
  })
  yield* Effect.forkScoped(Effect.repeat(look, Schedule.spaced(interval)))
  return { rest: look }
})
