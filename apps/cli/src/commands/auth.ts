/** `aptrinsic auth`: its verbs and their help. Their code is loaded when they run. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { toggle, withConnection, withProfile } from "../input/Flags.ts"
import { Meant } from "../output/OtherTools.ts"
import { load } from "./load.ts"

const login = Command.make(
  "login",
  { noVerify: toggle("no-verify").pipe(Flag.withDescription("Store the key without asking PX whether it works")) },
  load(() => import("./auth/login.ts")),
).pipe(
  withConnection,
  Command.withDescription(
    "Store an API key in a profile of the configuration file, readable by you alone. The key is asked for, or read from --api-key-file, and tested with one read before it is stored. The data center is asked for too, unless it is set already. The other connection flags are stored with the key. Without --profile it goes into the profile in use, or into one called default.",
  ),
  Command.withShortDescription("Store an API key"),
  Command.withExamples([
    { command: "aptrinsic auth login --data-center eu --product-key AP-XXXXXXXXXX-2" },
    { command: "op read op://px/key | aptrinsic auth login --profile prod --api-key-file -" },
  ]),
)

const logout = Command.make(
  "logout",
  { delete: toggle("delete").pipe(Flag.withDescription("Remove the whole profile")) },
  load(() => import("./auth/logout.ts")),
).pipe(
  withProfile,
  Command.withDescription("Remove the API key of a profile from the configuration file; its other settings stay."),
  Command.withShortDescription("Remove a stored API key"),
)

const status = Command.make(
  "status",
  { check: toggle("check").pipe(Flag.withDescription("Ask PX whether the key works, by one read")) },
  load(() => import("./auth/status.ts")),
).pipe(
  withConnection,
  Command.withDescription(
    [
      "Show every setting and where it came from. Exits with 4 when there is no API key. The key itself is never shown.",
      "",
      "A flag wins over the environment, the environment over the profile, the profile over the default. Environment: APTRINSIC_API_KEY, APTRINSIC_API_KEY_FILE, APTRINSIC_PRODUCT_KEY, APTRINSIC_DATA_CENTER, APTRINSIC_BASE_URL, APTRINSIC_TOTAL_TIMEOUT, APTRINSIC_SETTLE_DELAY, APTRINSIC_PROFILE, APTRINSIC_CONFIG, APTRINSIC_LOG_LEVEL.",
      "",
      "The configuration file holds profiles:",
      '  { "profile": "prod", "profiles": { "prod": {',
      '    "dataCenter": "eu", "productKeys": ["AP-XXXXXXXXXX-2"],',
      '    "apiKeyCommand": ["op", "read", "op://team/px/key"] } } }',
    ].join("\n"),
  ),
  Command.withShortDescription("Show each setting and where it came from"),
)

const list = Command.make(
  "list",
  {},
  load(() => import("./auth/list.ts")),
).pipe(
  Command.withDescription("List the profiles of the configuration file; * marks the one in use."),
  Command.withShortDescription("List the profiles"),
)

const use = Command.make(
  "use",
  { name: Argument.String("NAME").pipe(Argument.withDescription("Profile, as 'aptrinsic auth list' shows it")) },
  load(() => import("./auth/use.ts")),
).pipe(
  Command.withDescription("Use this profile from now on, unless --profile names another."),
  Command.withShortDescription("Switch to another profile"),
)

export const auth = Command.make("auth").pipe(
  Command.withDescription("Store the API key, and see which settings are in force."),
  Command.withShortDescription("Store the API key, see the settings in force"),
  Command.withSubcommands([login, logout, status, list, use]),
  Command.annotate(Meant, {
    switch: "Did you mean use?",
    profiles: "Did you mean list?",
    delete: "Did you mean 'aptrinsic auth logout --delete'?",
  }),
)
