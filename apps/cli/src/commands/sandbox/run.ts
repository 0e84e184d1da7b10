/** Serves the sandbox until it is interrupted, or for as long as a command runs against it. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Faults from "@effect-aptrinsic/sandbox/Faults"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Store from "@effect-aptrinsic/sandbox/Store"
import type * as Subscription from "@effect-aptrinsic/sandbox/Subscription"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stdio from "effect/Stdio"
import { usage } from "../../output/Failure.ts"
import { Output, painter } from "../../output/Output.ts"
import { ownArguments } from "../../output/Presentation.ts"
import * as ServeFailure from "../../output/ServeFailure.ts"
import { Platform } from "../../Platform.ts"
import { runCommand } from "./command.ts"
import { follow } from "./log.ts"

interface Arguments {
  readonly command: ReadonlyArray<string>
  readonly port: number | undefined
  readonly limit: number
  readonly faults: number
  readonly latency: number
  readonly seed: number
  readonly accounts: number
  readonly attribute: ReadonlyArray<string>
  readonly product: ReadonlyArray<string>
  readonly readOnly: boolean
  readonly log: boolean
  readonly database: string | undefined
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`

/** What came of it all, in one line. */
const summary = Effect.fnUntraced(function* (sandbox: Sandbox.Sandbox["Service"]) {
  const { faulty, outcomes } = yield* sandbox.log.counters
  return `Stopped. ${outcomes.created} created, ${plural(outcomes.duplicate, "duplicate")}, ${outcomes["rate-limited"]} rate-limited, ${plural(faulty, "fault")}.`
})

/** Tells the requests where that is wanted; `atEnd` tells the last ones, and what came of them all. */
const tell = Effect.fnUntraced(function* (sandbox: Sandbox.Sandbox["Service"], isTold: boolean) {
  const output = yield* Output
  const paint = painter(output.color.stderr)
  const { rest } = isTold ? yield* follow(sandbox.log, paint, output.note) : { rest: Effect.void }
  return { atEnd: Effect.andThen(rest, Effect.flatMap(summary(sandbox), output.note)) }
})

const attributeOf = (text: string) => {
  const [apiName = "", type = "STRING"] = text.split(":")
  // The flag has checked it.
  return { apiName, type: type as Subscription.Attribute["type"] }
}

const subscriptionOf = ({ attribute, product }: Arguments): Subscription.SettingsInput => ({
  attributes: attribute.map(attributeOf),
  ...(product.length === 0
    ? {}
    : { products: [{ name: "Sandbox", productKeys: product.map((productKey) => ({ productKey })) }] }),
})

const start = Effect.fnUntraced(function* (args: Arguments, port: number) {
  const { httpServer } = yield* Platform
  const layer = Sandbox.layer({
    limits: { perSecond: { requests: args.limit } },
    faults: args.faults === 0 ? [] : Faults.mixed(args.faults),
    latency: args.latency,
    seed: args.seed,
    subscription: subscriptionOf(args),
    habits: args.attribute.length === 0 ? {} : { unknownAttributes: "refused" },
    ...(args.readOnly ? { apiKeys: [{ key: Sandbox.defaultApiKey, permissions: ["read"] }] } : {}),
    store: args.database === undefined ? Store.layerSeeded(args.accounts) : Store.layerSqlite(args.database),
  }).pipe(Layer.provide((yield* httpServer)({ port })))
  return yield* Layer.build(layer).pipe(
    Effect.map((context) => Context.get(context, Sandbox.Sandbox)),
    Effect.catchTags({
      ServeError: (error) => ServeFailure.make(error, port),
      SandboxError: (error) => usage(visible(error.message, 400)),
    }),
  )
})

export const run = Effect.fnUntraced(function* (args: Arguments) {
  const output = yield* Output
  const stdio = yield* Stdio.Stdio
  const argv = yield* stdio.args
  const [program, ...rest] = args.command
  if (args.command.length > 0 && args.command.length !== argv.length - ownArguments(argv).length - 1) {
    return yield* usage("Write the command to run after --.", "As in: aptrinsic sandbox -- npm test")
  }
  if (args.accounts > 0 && args.database !== undefined) {
    return yield* usage("--accounts and --database do not go together.", "A database has the accounts that it has.")
  }
  if (program === undefined) {
    const sandbox = yield* start(args, args.port ?? 4010)
    const apiKey = Redacted.value(sandbox.apiKey)
    yield* output.succeed({
      document: { url: sandbox.url, apiKey, pid: (yield* Platform).processId },
      lines: [
        `${output.paint("green", "✔")} Sandbox ready at ${sandbox.url}`,
        `  export APTRINSIC_BASE_URL=${sandbox.url}`,
        `  export APTRINSIC_API_KEY=${apiKey}`,
      ],
    })
    // Nobody would know where it is.
    if (output.isLost()) return
    yield* output.note("Open that in a browser to watch and to steer it. Ctrl-C stops it.")
    const { atEnd } = yield* tell(sandbox, args.log || (yield* stdio.stderrIsTerminal))
    return yield* Effect.never.pipe(Effect.onInterrupt(() => atEnd))
  }
  if (output.json) return yield* usage("--json cannot be combined with a command, which has stdout for itself.")
  const sandbox = yield* start(args, args.port ?? 0)
  yield* output.note(`Sandbox ready at ${sandbox.url}`)
  const { atEnd } = yield* tell(sandbox, args.log)
  return yield* runCommand(program, rest, sandbox).pipe(Effect.onExit(() => atEnd))
}, Effect.scoped)
