/**
 * Accounts as a resource of the API.
 */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type { AccountPart, NewAccount } from "../Account.ts"
import type { FieldIssue } from "../FieldIssue.ts"
import { operations } from "../Outcome.ts"
import { type Compare, compare } from "./difference.ts"
import type { Found, Resource } from "./request.ts"

const path = "/v1/accounts"

/** `.` and `..` vanish from every URL path, however they are escaped. */
const pathIssue = (id: unknown): FieldIssue | undefined => {
  if (typeof id !== "string") return { path: "id", code: "wrong_type", message: "must be text" }
  if (id === "") return { path: "id", code: "empty", message: "must not be empty" }
  return id === "." || id === ".." || !id.isWellFormed()
    ? { path: "id", code: "unaddressable_id", message: "cannot be looked up: no URL path can carry it" }
    : undefined
}

/** Accounts of a schema, by the comparison of what was sent with what is found. */
export const accountsOf = <Account extends Pick<NewAccount, "id">>(
  differences: Compare<Account>,
): Resource<Account> => ({
  path,
  idOf: ({ id }) => id,
  read: (id) => {
    const issue = pathIssue(id)
    return issue === undefined
      ? Result.succeed({ operation: operations.get, path: `${path}/${encodeURIComponent(id)}` })
      : Result.fail(issue)
  },
  // Ids that differ by case are two accounts, and a proxy can answer with anything. The other fields are not needed to know that it exists.
  isMember: (body, id): body is Found => Predicate.hasProperty(body, "id") && body.id === id,
  // 0 is how a read says that a date is not set.
  createdAt: ({ createDate }) =>
    typeof createDate === "number" && Number.isFinite(createDate) && createDate > 0 ? createDate : undefined,
  differences,
})

/** Accounts of the contract, and parts of them. */
export const accounts = accountsOf<AccountPart & Pick<NewAccount, "id">>(compare)
