/** The page of all codes, from the modules that hold them. */
import * as ImportHalted from "@effect-aptrinsic/bulk/ImportHalted"
import type { AccountsErrorReason } from "@effect-aptrinsic/core/AccountsError"
import * as Doubt from "@effect-aptrinsic/core/Doubt"
import * as FieldIssue from "@effect-aptrinsic/core/FieldIssue"
import * as Problem from "@effect-aptrinsic/files/Problem"
import * as Record from "effect/Record"
import { fileHalts, haltCodes } from "../../src/commands/accounts/import/failures.ts"
import { codes, exitCodes } from "../../src/output/Failure.ts"
import { table } from "../support/table.ts"

/** What each reason says; the type holds the list against the errors of the library. */
export const reasons: { readonly [Tag in AccountsErrorReason["_tag"]]: string } = {
  InvalidOptions: "An option of the client or of a call does not work.",
  InvalidAccount: "The account is not valid; nothing was sent.",
  BadRequest: "PX refused the account (400), and no account has its id.",
  PossibleDuplicate: "PX refused the account (400), and one with its id exists or could not be looked up.",
  Unauthorized: "PX rejected the API key (401).",
  Forbidden: "The API key lacks the right (403).",
  RateLimited: "The rate of the key leaves no turn within the time of the call.",
  DailyQuotaExhausted: "The requests of the day are used up.",
  RequestRefused: "The server refused the request for good (404, 405, 413, 422, ..).",
  Redirected: "The server answered with a redirect, which is never followed.",
  Unreachable: "No request reached the server.",
  Unavailable: "No usable answer came, and the account was not found.",
  Withdrawn: "The caller took the request back before it left.",
  AccountNotFound: "No account has this id.",
  ListIncomplete: "A list ended before its last account.",
  OutcomeUnknown: "A request left, and nobody can tell whether the account was created.",
}

/** The codes of failed rows beside those reasons. */
const ofUpdates = {
  Overtaken:
    "Somebody changed the account since the plan was made (`--check-before-write`, `verify`); nothing was sent.",
}

const listed = (codes: { readonly [code: string]: string }) =>
  Object.entries(codes).map(([code, meaning]) => [`\`${code}\``, meaning])

/** Those of rows alone. */
const ofRows = Record.filter(Problem.codes, (_, code) => !(code in FieldIssue.codes) && !(code in Doubt.codes))

const numbers = Map.groupBy(Object.entries(exitCodes), ([, number]) => number)

export const page = `# Codes

The words that programs and scripts may rely on; the messages beside them are for people and may change. This page is printed from the
sources: \`node apps/cli/test/codes/update.ts\`.

## Problems of a field

\`FieldIssue.code\` of \`@effect-aptrinsic/core\`: in the reasons \`InvalidAccount\`, \`BadRequest\` and \`InvalidOptions\`, and the \`code\` of a row's
problem in an import.

${table(["code", "what it says"], listed(FieldIssue.codes))}

## Doubts

\`Doubt.code\` of \`@effect-aptrinsic/core\`, from \`AccountValidation.doubts\`; the warnings of an import. They keep nothing from being sent.

${table(["code", "what it says"], listed(Doubt.codes))}

## Problems of a row

\`Problem.code\` of \`@effect-aptrinsic/files\`, beside those above.

${table(["code", "what it says"], listed(ofRows))}

## Reasons of an error

The \`_tag\` of the \`reason\` of an \`AccountsError\`, and the \`code\` of a failed row in the report of an import. \`Overtaken\` is the code of a row alone.

${table(["reason", "what it says"], listed({ ...reasons, ...ofUpdates }))}

## Halts of an import

\`kind\` of \`ImportHalted\`; \`halted.kind\` in the JSON document of \`aptrinsic accounts import --json\`, and the exit code it comes with.

${table(
  ["kind", "exit code", "what it says"],
  [
    ...Object.entries(ImportHalted.kinds).map(([kind, meaning]) => [
      `\`${kind}\``,
      String(haltCodes[kind as ImportHalted.Kind]),
      meaning,
    ]),
    ...listed(fileHalts).map(([kind, meaning]) => [kind!, String(exitCodes.unreachable), meaning!]),
  ],
)}

## Errors of the command

\`error.code\` in the JSON document of \`aptrinsic --json\`, and the exit code it comes with.

${table(
  ["code", "exit code", "what it says"],
  Object.entries(codes).map(([code, { exitCode, meaning }]) => [`\`${code}\``, String(exitCode), meaning]),
)}

Every exit code:

${table(
  ["exit code", "name"],
  [["0", "ok"], ...[...numbers].map(([number, names]) => [String(number), names.map(([name]) => name).join(", ")])],
)}
`
