/**
 * The plan that `changeset pack` leaves beside the tarballs: what a release publishes.
 */
import { existsSync, readFileSync } from "node:fs"

export interface Planned {
  readonly kind: string
  readonly name: string
  readonly version: string
  readonly tarball?: { readonly path: string }
}

/** Undefined where nothing was planned. */
export const readPlan = (file: string | URL): ReadonlyArray<Planned> | undefined => {
  if (!existsSync(file)) return undefined
  const { plan } = JSON.parse(readFileSync(file, "utf8")) as { readonly plan: ReadonlyArray<ReadonlyArray<Planned>> }
  return plan.flat()
}

export const releasedIn = (file: string | URL): ReadonlyArray<Planned> =>
  (readPlan(file) ?? []).filter(({ kind }) => kind === "publish")
