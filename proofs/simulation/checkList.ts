/**
 * The promise of a list that came to its end: it has every account that reads showed when it began, none twice, and none that there is not.
 */
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import type { Said } from "./history.ts"
import type { Evidence, Report, Story } from "./story.ts"

export const checkList = (
  { plan: { server }, store }: Evidence,
  { call, startedAt }: Story,
  at: number,
  said: Said | AccountsError,
  report: Report,
): void => {
  const wrong = (what: string) => report("a list is whole", `call ${call.index}: ${what}`)
  if ("_tag" in said) {
    const isCalm = server.getFaults === 0 && server.lists.lives === Number.POSITIVE_INFINITY && server.refusesSecond
    if (said.reason._tag === "ListIncomplete" && isCalm) wrong("nothing kept it from being whole")
    return
  }
  if (!("ids" in said)) return wrong("it says something else")
  const ids = new Set(said.ids)
  if (ids.size < said.ids.length) wrong(`it has an account twice: ${said.ids.join()}`)
  const missing = store.find(({ shown, visibleAt }) => visibleAt <= startedAt && !ids.has(shown.id))
  if (missing !== undefined) wrong(`it lacks ${missing.shown.id}`)
  const there = new Set(store.filter(({ visibleAt }) => visibleAt <= at).map(({ shown }) => shown.id))
  const invented = said.ids.find((id) => !there.has(id))
  if (invented !== undefined) wrong(`it has ${invented}`)
}
