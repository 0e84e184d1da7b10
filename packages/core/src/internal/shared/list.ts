/**
 * A list, page after page. A scroll that breaks off is begun anew, and what was shown before is left out: a request for the next page that is
 * sent again may skip one, because the server goes by the requests that it has seen.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as SchemaParser from "effect/SchemaParser"
import { type Account, AccountsPage } from "../../Account.ts"
import { type AccountsError, type InvalidOptions, ListIncomplete, type ListReason } from "../../AccountsError.ts"
import { operations } from "../../Outcome.ts"
import { accounts } from "../accounts.ts"
import { failureOf } from "../failure.ts"
import type { Answered, Ask, Query } from "../query.ts"
import { pathOf } from "../read.ts"
import { makeSeen } from "../seen.ts"
import { checked, membersOf, type Problem, problem } from "./settings.ts"

/**
 * A page of a list, without the accounts that an earlier page had.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface ListPage {
  readonly accounts: ReadonlyArray<Account>
  /** The accounts of the whole list, as PX counted them last; absent when it does not say. */
  readonly total: number | undefined
  /** How often the list had been begun anew before this page: 0 as a rule. */
  readonly restarts: number
}

/** The accounts of a list, and how many a page has. */
export interface Listed {
  readonly filter: string | undefined
  readonly pageSize: number
}

/** The same as a program gives it. */
interface Given {
  readonly filter?: string | undefined
  readonly pageSize?: number | undefined
}

const maxPageSize = 1000

const filterIssue = (filter: unknown): Problem => {
  if (filter === undefined) return undefined
  if (typeof filter !== "string") return problem("wrong_type", "must be text")
  return filter.isWellFormed() ? undefined : problem("malformed", "must be text that a URL can carry")
}

/** Fills in the defaults; fails with every option that does not work. */
export const checkListed = (given: Given = {}): Result.Result<Listed, AccountsError<InvalidOptions>> => {
  const options = membersOf(given)
  const { filter, pageSize = maxPageSize }: Given = options ?? {}
  return checked(
    { filter, pageSize },
    {
      "": options === undefined ? problem("wrong_type", "must be an object") : undefined,
      filter: filterIssue(filter),
      pageSize:
        Number.isSafeInteger(pageSize) && pageSize >= 1 && pageSize <= maxPageSize
          ? undefined
          : problem("out_of_range", `must be a whole number from 1 to ${maxPageSize}`),
    },
    operations.list,
  )
}

const decodePage = SchemaParser.decodeUnknownResult(AccountsPage)

const parametersOf = (parameters: Readonly<Record<string, string | number | undefined>>): string =>
  Object.entries(parameters)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join("&")

export const pageQuery = ({ filter, pageSize }: Listed, scrollId?: string): Query<AccountsPage> => ({
  operation: operations.list,
  path: `${accounts.path}?${parametersOf({ filter: filter === "" ? undefined : filter, pageSize, scrollId })}`,
  decode: (body) =>
    Result.mapError(decodePage(body), (issue) => {
      const [list, index, field] = pathOf(issue)
      // Below its fields stand names that anybody may have given.
      return list === "accounts" && field !== undefined
        ? `with an account whose ${String(field)} is not of its type, the ${Number(index) + 1}. of its page`
        : "without a page of accounts"
    }),
})

/** What PX counts; absent when that is fewer than its page shows: reads give 0 for numbers that are not set. */
export const countOf = ({ accounts: shown, totalHits }: AccountsPage): number | undefined =>
  typeof totalHits === "number" && totalHits >= shown.length ? totalHits : undefined

/** As often is a list begun, however much each pass brings. */
const maxPasses = 5

/** One way through the list, from its first page on. */
export interface Pass {
  readonly restarts: number
  /** How many accounts were known before it. */
  readonly known: number
  readonly scrollId: string | undefined
  /** Accounts in a row that were known. */
  readonly stale: number
  /** Whether the server may have skipped a page. */
  readonly isDoubtful: boolean
  readonly total: number | undefined
  /** The fewest that PX counted on its pages: as many were there all the time. */
  readonly least: number | undefined
  /** The most that PX ever counted: accounts that were shown and are gone hide none that were not shown. */
  readonly most: number
  /** How many accounts its pages had. */
  readonly shown: number
  /** Why it is over before its time. */
  readonly end: string | undefined
}

export type Step = readonly [ReadonlyArray<ListPage>, Option.Option<Pass>]

export const firstPass: Pass = {
  restarts: 0,
  known: 0,
  scrollId: undefined,
  stale: 0,
  isDoubtful: false,
  total: undefined,
  least: undefined,
  most: 0,
  shown: 0,
  end: undefined,
}

/** Why a scroll is over, where that may be the scroll's fault alone: it is gone, or the server has trouble with it. */
const endOf = ({ reason }: AccountsError): string | undefined => {
  if (reason._tag === "RequestRefused") return `status ${reason.status}`
  return reason._tag === "Unavailable" ? reason.detail : undefined
}

export const makeStep = (ask: Ask, listed: Listed) => {
  const seen = makeSeen()

  const anew = ({
    end,
    isDoubtful,
    known,
    least,
    most,
    restarts,
    total,
  }: Pass): Effect.Effect<Pass, AccountsError<ListIncomplete>> => {
    const isVain = restarts > 0 && seen.size() === known
    if (!isVain && restarts + 1 < maxPasses) {
      return Effect.succeed({ ...firstPass, restarts: restarts + 1, known: seen.size(), total, most })
    }
    const counted = least === undefined ? {} : { total: isDoubtful ? most : least }
    const reason = new ListIncomplete({ listed: seen.size(), detail: end ?? "", ...counted })
    return Effect.fail(failureOf(operations.list, reason))
  }

  const take = (pass: Pass, { value, wasLost }: Answered<AccountsPage>): Step => {
    const { length } = value.accounts
    const fresh = value.accounts.filter(({ id }) => seen.add(id))
    const count = countOf(value)
    const total = count ?? pass.total
    const least = total === undefined ? undefined : Math.min(total, pass.least ?? total)
    const most = Math.max(pass.most, count ?? 0)
    const shown = pass.shown + length
    // One that no URL can carry is asked for nevertheless, and refused as one that is gone.
    const scrollId = value.scrollId?.toWellFormed()
    const stale = fresh.length > 0 ? 0 : pass.stale + length
    const isDoubtful = pass.isDoubtful || (wasLost && pass.scrollId !== undefined)
    const isFirst = pass.restarts === 0 && pass.scrollId === undefined
    const pages = fresh.length > 0 || isFirst ? [{ accounts: fresh, total, restarts: pass.restarts }] : []
    const next = (end?: string) => Option.some({ ...pass, scrollId, stale, isDoubtful, total, least, most, shown, end })
    if (stale > pass.known + 2 * listed.pageSize) return [pages, next("its pages repeat")]
    // A server may give less than was asked for, and a last page that is full is followed by an empty one.
    const isShort = length === 0 || (length < listed.pageSize && Math.min(shown, seen.size()) >= (least ?? 0))
    if (scrollId !== undefined && !isShort) return [pages, next()]
    // Accounts that were made meanwhile, or are gone, may stand for those of a page that was skipped: then as many have to be seen as ever were.
    const isWhole = isDoubtful ? count !== undefined && seen.size() >= most : seen.size() >= (least ?? 0)
    return [pages, isWhole ? Option.none() : next("PX counts more than it shows")]
  }

  const step = (pass: Pass): Effect.Effect<Step, AccountsError<ListReason>> =>
    ask(pageQuery(listed, pass.scrollId)).pipe(
      Effect.map((answered) => take(pass, answered)),
      Effect.catch((error): Effect.Effect<Step, AccountsError<ListReason>> => {
        const end = pass.scrollId === undefined ? undefined : endOf(error)
        return end === undefined ? Effect.fail(error) : Effect.succeed([[], Option.some({ ...pass, end })])
      }),
    )

  return (pass: Pass): Effect.Effect<Step, AccountsError<ListReason>> =>
    pass.end === undefined ? step(pass) : Effect.flatMap(anew(pass), step)
}
