/** Runs a command with the sandbox for its PX, in the foreground: its streams are ours, its exit code becomes ours. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import * as ChildProcess from "effect/process/ChildProcess"
import * as Stdio from "effect/Stdio"
import { ExitWith, exitCodes, Failure } from "../../output/Failure.ts"

const notRun = (program: string) => (error: PlatformError) => {
  const reason = error.reason._tag
  const why =
    reason === "NotFound"
      ? "there is no such command"
      : reason === "PermissionDenied"
        ? "permission denied"
        : "it cannot be run"
  return new Failure({
    exitCode: reason === "NotFound" ? exitCodes.commandNotFound : exitCodes.commandNotRun,
    code: "usage",
    message: `${visible(program)}: ${why}.`,
  })
}

// Effect reports a death by signal as an error whose text names the signal; shells report it as 128 + its number.
const signals: ReadonlyMap<string, number> = new Map([
  ["SIGHUP", 1],
  ["SIGINT", 2],
  ["SIGQUIT", 3],
  ["SIGABRT", 6],
  ["SIGKILL", 9],
  ["SIGSEGV", 11],
  ["SIGPIPE", 13],
  ["SIGTERM", 15],
])

const diedBySignal = (error: PlatformError) => {
  const name = /SIG[A-Z0-9]+/.exec(String(error.reason.cause))?.[0] ?? ""
  return Effect.succeed(128 + (signals.get(name) ?? 0))
}

export const runCommand = Effect.fnUntraced(function* (
  program: string,
  args: ReadonlyArray<string>,
  { url, apiKey }: Sandbox.Sandbox["Service"],
) {
  const { stdinIsTerminal } = yield* Stdio.Stdio
  const child = yield* ChildProcess.make(program, args, {
    env: {
      APTRINSIC_BASE_URL: url,
      APTRINSIC_API_KEY: apiKey,
      // Other ways to say the same would contradict.
      APTRINSIC_DATA_CENTER: undefined,
      APTRINSIC_API_KEY_FILE: undefined,
    },
    extendEnv: true,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
    detached: false,
    forceKillAfter: "5 seconds",
  }).pipe(Effect.mapError(notRun(program)))
  const exitCode = Effect.catch(child.exitCode, diedBySignal)
  // A Ctrl-C on the terminal reached the command too, which may have work to finish.
  const code = yield* Effect.onInterrupt(exitCode, () =>
    Effect.flatMap(stdinIsTerminal, (shared) => (shared ? exitCode : Effect.void)),
  )
  if (code !== 0) return yield* new ExitWith({ exitCode: code })
}, Effect.scoped)
