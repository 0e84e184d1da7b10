/** How much an import may overwrite and create. */
import type * as Plan from "@effect-aptrinsic/bulk/Plan"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import { usage } from "../../../output/Failure.ts"
import type { Arguments } from "./flags.ts"

/** A share that people write, from 0 to 1. */
export const shareOf = (text: string): number | undefined => {
  const percent = /^(\d+(?:\.\d+)?) ?%$/.exec(text)?.[1]
  // Not divided: 0.7 / 100 is less than 7 / 1000.
  return percent === undefined || Number(percent) > 100 ? undefined : Number(`${percent}e-2`)
}

/** The flags of a plan that were given. */
const ofPlan = (args: Arguments): ReadonlyArray<string> => [
  ...(args.yes ? ["--yes"] : []),
  ...(args.only.length > 0 ? ["--only"] : []),
  ...(args.maxChanges === undefined ? [] : ["--max-changes"]),
  ...(args.maxChangeShare === undefined ? [] : ["--max-change-share"]),
  ...(args.maxCreates === undefined ? [] : ["--max-creates"]),
  ...(args.checkBeforeWrite ? ["--check-before-write"] : []),
]

/** The limits of an import that makes a plan; flags of a plan are refused where none is made, and could be thought to protect. */
export const limitsOf = Effect.fnUntraced(function* (args: Arguments) {
  const { ifExists, maxChanges, maxChangeShare, maxCreates } = args
  const [flag] = ofPlan(args)
  if (ifExists !== "update" && flag !== undefined) {
    return yield* usage(`${flag} needs --if-exists update: other imports overwrite nothing, and make no plan.`)
  }
  const share = maxChangeShare === undefined ? undefined : shareOf(maxChangeShare)
  if (maxChangeShare !== undefined && share === undefined) {
    return yield* usage(
      `--max-change-share is "${visible(maxChangeShare, 60)}"; it must be a share from 0% to 100%, such as 20%.`,
    )
  }
  return { maxChanges, maxChangeShare: share, maxCreates } satisfies Plan.Limits
})
