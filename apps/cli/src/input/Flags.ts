/**
 * The flags that more than one command takes. Those of the whole program and those of the connection may stand anywhere in the line,
 * before the command too: `alias px='aptrinsic --profile prod'`.
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Param from "effect/cli/Param"
import * as Primitive from "effect/cli/Primitive"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { variable } from "../config/Environment.ts"

/** A flag without a value. Unlike a plain Boolean it does not take a following `1`, `y` or `on` for its value: those may be ids. */
export const toggle = (name: string) =>
  Flag.Boolean(name).pipe(Flag.withoutNegation, Flag.withOptionalValue("true"), Flag.withDefault(false))

export const text = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description))

/**
 * The name of a file, which completion offers. Effect would resolve it and look at what is there: `-`, a pipe and our own messages would be lost.
 * A shell puts the home directory for `~` only where a word begins, not in `--report=~/today.ndjson`, which its completion writes.
 */
const fileName = Object.assign(Primitive.Path("file"), {
  parse: (text: string) =>
    text.startsWith("~/")
      ? Effect.map(variable("HOME"), (home) => (home === undefined ? text : `${home}${text.slice(1)}`))
      : Primitive.String.parse(text),
})

const fileParam = <Kind extends Param.ParamKind>(
  kind: Kind,
  name: string,
  description: string,
): Param.Param<Kind, string> =>
  Param.makeSingle({ kind, name, primitiveType: fileName, typeName: "FILE", description: Option.some(description) })

/** A flag that names a file. */
export const file = (name: string, description: string) => fileParam(Param.flagKind, name, description)

/** An argument that names a file. */
export const fileArgument = (description: string) => fileParam(Param.argumentKind, "FILE", description)

export const optional = <A>(flag: Flag.Flag<A>) => flag.pipe(Flag.optional, Flag.map(Option.getOrUndefined))

const atLeast = (least: number) => (name: string, metavar: string, description: string) =>
  Flag.Int(name).pipe(
    Flag.withMetavar(metavar),
    Flag.withDescription(description),
    Flag.filter(
      (value) => value >= least,
      () => `a whole number of at least ${least}`,
    ),
  )

export const positive = atLeast(1)

/** A number for which 0 says something. */
export const countable = atLeast(0)

export const wholeNumber = (minimum: number, maximum: number) =>
  Schema.Finite.check(
    Schema.makeFilter((value: number) => Number.isInteger(value) && value >= minimum && value <= maximum, {
      expected: `a whole number from ${minimum} to ${maximum}`,
    }),
  )

/** A port to listen on; 0 is any free one. */
export const port = (description: string) =>
  Flag.Finite("port").pipe(
    Flag.withMetavar("N"),
    Flag.withSchema(wholeNumber(0, 65_535)),
    Flag.withDescription(description),
  )

export const Json = GlobalFlag.Setting("json")({
  flag: toggle("json").pipe(Flag.withDescription("Print exactly one JSON document, on failure too")),
})

export const Quiet = GlobalFlag.Setting("quiet")({
  flag: toggle("quiet").pipe(Flag.withAlias("q"), Flag.withDescription("Print nothing on success")),
})

export const LogLevel = GlobalFlag.Setting("logs")({
  flag: Flag.Literals("log-level", ["error", "warn", "info", "debug"]).pipe(
    Flag.withMetavar("LEVEL"),
    Flag.withDescription("error, warn, info or debug; logs go to stderr [default: warn]"),
    optional,
  ),
})

export const Color = GlobalFlag.Setting("color")({
  flag: Flag.Literals("color", ["auto", "always", "never"]).pipe(
    Flag.withMetavar("WHEN"),
    Flag.withDescription("auto, always or never [default: auto]"),
    Flag.withDefault("auto"),
  ),
})

export const NoInput = GlobalFlag.Setting("no-input")({
  flag: toggle("no-input").pipe(Flag.withDescription("Never ask; fail when something is missing")),
})

/** Taken by every command. */
export const program = [Json, Quiet, LogLevel, Color, NoInput] as const

export const Profile = GlobalFlag.Setting("profile")({
  flag: text("profile", "NAME", "Use this profile of the configuration file").pipe(optional),
})

export const DataCenter = GlobalFlag.Setting("data-center")({
  flag: Flag.Literals("data-center", ["us", "eu", "us2"]).pipe(
    Flag.withMetavar("us|eu|us2"),
    Flag.withDescription("Data center of your subscription [default: us]"),
    optional,
  ),
})

export const BaseUrl = GlobalFlag.Setting("base-url")({
  flag: text("base-url", "URL", "Address of the API, instead of a data center").pipe(optional),
})

export const ApiKeyFile = GlobalFlag.Setting("api-key-file")({
  flag: file("api-key-file", "Read the API key from a file; - is stdin").pipe(optional),
})

/** Hidden: the argument of a running command can be read by every user of the machine. */
export const ApiKey = GlobalFlag.Setting("api-key")({
  flag: Flag.Redacted("api-key").pipe(Flag.withMetavar("KEY"), Flag.withHidden, optional),
})

export const ProductKey = GlobalFlag.Setting("product-key")({
  flag: text("product-key", "AP-…", "Product tag key of the account; repeat for more").pipe(Flag.atLeast(0)),
})

export const Timeout = GlobalFlag.Setting("timeout")({
  flag: text(
    "timeout",
    "TIME",
    "Give up after this long, retries included: 15s, 2m [default: 2m; a row of an import: 10m]",
  ).pipe(optional),
})

export const SettleDelay = GlobalFlag.Setting("settle-delay")({
  flag: text(
    "settle-delay",
    "TIME",
    "How long PX may take to show a new account: after a lost answer it is sent again only when two lookups this far apart do not find it [default: depends on what was lost]",
  ).pipe(optional),
})

/** Effect's own flags that stay; its wizard, its log levels and its way to completions do not. */
export const builtIns = [GlobalFlag.Help, GlobalFlag.Version] as const

/** Taken by the commands that talk to PX. */
export const connection = [Profile, DataCenter, BaseUrl, ApiKeyFile, ApiKey, ProductKey, Timeout, SettleDelay] as const

/** The connection flags a command takes, which its help lists apart. */
export class Shared extends Context.Reference<
  ReadonlyArray<{ readonly id: string; readonly flag: Flag.Flag<unknown> }>
>("@effect-aptrinsic/cli/Flags/Shared", { defaultValue: () => [] }) {}

/** Lets a command take the connection flags. */
export const withConnection = <Name extends string, Input, ContextInput, E, R>(
  command: Command.Command<Name, Input, ContextInput, E, R>,
) => command.pipe(Command.withGlobalFlags(connection), Command.annotate(Shared, connection))

/** Lets a command take `--profile` alone. */
export const withProfile = <Name extends string, Input, ContextInput, E, R>(
  command: Command.Command<Name, Input, ContextInput, E, R>,
) => command.pipe(Command.withGlobalFlags([Profile]), Command.annotate(Shared, [Profile]))

/** The connection flags, as they were given. */
export const given = Effect.all({
  profile: Profile,
  dataCenter: DataCenter,
  baseUrl: BaseUrl,
  apiKeyFile: ApiKeyFile,
  apiKey: ApiKey,
  productKeys: ProductKey,
  timeout: Timeout,
  settleDelay: SettleDelay,
})
export type Given = Effect.Success<typeof given>
