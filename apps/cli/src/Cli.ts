/**
 * The command tree, and a run of it: from the arguments to the exit code, every error worded and shown on the way.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Cause from "effect/Cause"
import * as Argument from "effect/cli/Argument"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Stdio from "effect/Stdio"
import { accounts } from "./commands/accounts.ts"
import { auth } from "./commands/auth.ts"
import { jobs } from "./commands/jobs.ts"
import { load } from "./commands/load.ts"
import { imports, report } from "./commands/report.ts"
import { sandbox } from "./commands/sandbox.ts"
import { worker } from "./commands/worker.ts"
import * as Flags from "./input/Flags.ts"
import { exitCodes, Failure, usage } from "./output/Failure.ts"
import { helpPage, Section } from "./output/HelpPage.ts"
import { Meant } from "./output/OtherTools.ts"
import { Output } from "./output/Output.ts"
import { usageError } from "./output/UsageError.ts"
import { commit, version } from "./version.ts"

/** The help page of a command was asked for by `help`. */
class HelpWanted extends Data.TaggedError("HelpWanted")<{ readonly path: ReadonlyArray<string> }> {
  override get message() {
    return `The help page of ${this.path.join(" ")} is wanted.`
  }
}

const completion = Command.make("completion", {
  shell: Argument.Literals("SHELL", ["bash", "zsh", "fish", "powershell"]).pipe(
    Argument.withDescription("bash, zsh, fish or powershell"),
  ),
}).pipe(
  Command.withHandler(({ shell }) => load(() => import("./commands/completion.ts"))({ shell, root: tree() })),
  Command.withDescription("Print a completion script for a shell."),
  Command.withShortDescription("Print a completion script"),
  Command.withExamples([
    { command: "source <(aptrinsic completion bash)", description: "In ~/.bashrc" },
    {
      command: "aptrinsic completion zsh > ~/.zfunc/_aptrinsic",
      description: "~/.zshrc: fpath+=~/.zfunc; autoload -U compinit; compinit",
    },
    { command: "aptrinsic completion fish > ~/.config/fish/completions/aptrinsic.fish" },
  ]),
)

const help = Command.make("help", {
  path: Argument.String("COMMAND").pipe(
    Argument.withDescription("The command, as accounts create"),
    Argument.atLeast(0),
  ),
}).pipe(
  Command.withHandler(({ path }) =>
    path.join(" ") === "environment"
      ? load(() => import("./commands/environment.ts"))({})
      : Effect.andThen(
          load(() => import("./commands/help.ts"))({ path, root: tree() }),
          Effect.suspend(() => new HelpWanted({ path })),
        ),
  ),
  Command.withDescription(
    "Show the help page of a command; 'aptrinsic help environment' lists the variables it reads.",
  ),
  Command.withShortDescription("Show the help page of a command"),
)

const doctor = Command.make(
  "doctor",
  {},
  load(() => import("./commands/doctor.ts")),
).pipe(
  Flags.withConnection,
  Command.withDescription(
    "Check the settings, the API key, the product keys and the custom attributes, and say what to do about each that is not right. It takes three reads and changes nothing. A key that may not read the subscription gets a note; exits with 4 when PX refuses the key or there is none, with 7 when PX cannot be reached.",
  ),
  Command.withShortDescription("Check the settings and the key"),
  Command.withExamples([{ command: "aptrinsic doctor" }, { command: "aptrinsic doctor --profile prod --json" }]),
)

export const root = Command.make("aptrinsic").pipe(
  Command.withDescription("Create Gainsight PX accounts from the shell, and know whether they were created."),
  Command.withSubcommands([accounts, jobs, worker, report, imports, auth, doctor, sandbox, completion, help]),
  Command.withGlobalFlags(Flags.program),
  Command.withExamples([
    { command: "aptrinsic sandbox", description: "A local PX to try it on" },
    { command: "aptrinsic accounts create acme --name 'Acme Inc' --product-key AP-XXXXXXXXXX-2" },
  ]),
  Command.annotate(Meant, {
    version: "Did you mean 'aptrinsic --version'?",
    check: "Did you mean doctor?",
    whoami: "Did you mean 'aptrinsic auth status'?",
    config: "Did you mean 'aptrinsic auth status'?",
    list: "Did you mean 'aptrinsic accounts list'?",
  }),
  Command.annotate(Section, {
    title: "EXIT CODES",
    entries: [
      ["0", "Done"],
      ["1", "A bug in aptrinsic"],
      ["2", "Mistake in the command line, the environment or the configuration"],
      ["3", "Data not valid, nothing was sent; or PX refused it"],
      ["4", "No API key, a wrong one, or no permission"],
      ["5", "The account exists already (create), or there is none; no such job, or no such row in a report"],
      [
        "6",
        "An import or a job ended with rows that failed, are invalid or were not sent; or diff --exit-code found rows that PX does not hold as they are",
      ],
      ["7", "PX or the database of jobs unreachable (an import: also a used-up quota or a full disk); run it again"],
      ["8", "Done, but stdout could not be written; stderr tells what was done"],
      ["126, 127", "The command that sandbox is given cannot be run, or is not there"],
      ["129, 130, 143", "Interrupted by SIGHUP, SIGINT, SIGTERM"],
    ],
  }),
)

const tree = (): Command.Command.Any => root

const present = (output: Output["Service"]): CliOutput.Presenter["present"] =>
  Effect.fnUntraced(function* (event) {
    if (event._tag === "Version") {
      return yield* output.succeed({
        document: { version: event.version, ...(commit === "" ? {} : { commit }) },
        lines: [`${event.name} ${event.version}${commit === "" ? "" : ` (${commit})`}`],
      })
    }
    if (event._tag === "InvalidInvocation") {
      return yield* output.fail(usageError(event.errors, event.commandPath, tree()))
    }
    const page = (paint: Output["Service"]["paint"]) => helpPage(event.helpDoc, output.columns ?? 80, paint)
    if (event.reason === "Requested") {
      return yield* output.succeed({ document: { help: page((_, text) => text) }, lines: [page(output.paint)] })
    }
    if (output.json) {
      return yield* output.fail(usage("A command is missing.", `See '${event.commandPath.join(" ")} --help'.`))
    }
    return yield* Console.error(page((_, text) => text))
  })

const internal = new Failure({
  exitCode: exitCodes.internal,
  code: "internal",
  message: "aptrinsic failed unexpectedly. Run it again with --log-level debug for the details.",
})

/** Parts of the program are loaded when they are needed, for which a file has to be opened. */
const unloaded = new Failure({
  exitCode: exitCodes.unreachable,
  code: "unreachable",
  message: "Parts of aptrinsic cannot be loaded: too many files are open.",
  hints: ["Raise the limit (ulimit -n 1024) or close other programs, then run it again."],
})

/** Writes the log to stderr. What the library warns of is told as this program tells its own warnings, unless more of the log is asked for. */
const loggerOf = ({ logLevel, warning }: Output["Service"]) =>
  Logger.withConsoleError(
    Logger.make<unknown, string>((entry) =>
      entry.logLevel === "Warn" && logLevel === "Warn"
        ? warning(visible([entry.message].flat().map(String).join(" ")))
        : Logger.formatLogFmt.log(entry),
    ),
  )

/** Runs the program on its arguments; succeeds with the exit code. */
export const run = Effect.gen(function* () {
  const output = yield* Output
  if (output.unknownLogLevel !== undefined) {
    const found = visible(output.unknownLogLevel, 60)
    yield* output.warn(`$APTRINSIC_LOG_LEVEL is "${found}"; it must be error, warn, info or debug.`)
  }
  const args = yield* (yield* Stdio.Stdio).args
  const aptrinsic = Command.runWith(root, { version })
  return yield* aptrinsic(args).pipe(
    Effect.catchTag("HelpWanted", ({ path }) => aptrinsic([...path, "--help"])),
    Effect.as(0),
    Effect.catchTags({
      ShowHelp: () => Effect.succeed(exitCodes.usage),
      ExitWith: ({ exitCode }) => Effect.succeed(exitCode),
      Failure: (failure) => Effect.as(output.fail(failure), failure.exitCode),
    }),
    Effect.catchCause((cause) => {
      if (Cause.hasInterruptsOnly(cause)) return Effect.failCause(Cause.interrupt())
      const text = Cause.pretty(cause)
      const failure = /EMFILE|too many open files/.test(text) ? unloaded : internal
      const details = output.logLevel === "Debug" ? Console.error(text) : Effect.void
      return Effect.as(Effect.andThen(output.fail(failure), details), failure.exitCode)
    }),
    Effect.map((exitCode) => (exitCode === 0 && output.isLost() ? exitCodes.unwritten : exitCode)),
    Effect.onInterrupt(() => output.interrupted),
    Effect.provideService(CliOutput.Presenter, { present: present(output) }),
    Effect.provideService(CliConfig.CliConfig, { builtIns: Flags.builtIns }),
    Effect.provideService(References.MinimumLogLevel, output.logLevel),
    Effect.provide(Logger.layer([loggerOf(output)])),
  )
}).pipe(Effect.provide(Output.layer))
