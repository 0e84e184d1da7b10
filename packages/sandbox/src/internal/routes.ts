/**
 * The routes of the vendor's API, read off its contract: which methods a path has, and which account a request is about.
 */
import { AccountsApi } from "@effect-aptrinsic/core/AccountsApi"

const groups = AccountsApi.groups

/** The operations of the contract, by the names of their endpoints. */
export type Operation = keyof typeof groups.accounts.endpoints | keyof typeof groups.admin.endpoints

interface Route {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly pattern: RegExp
  readonly hasBody: boolean
}

const isFixed = ({ path }: Route) => !path.includes(":")

// A path that is fixed goes before one with a name in it, as in Spring.
const routes: ReadonlyArray<Route> = Object.values(groups)
  .flatMap((group) => Object.values(group.endpoints))
  .map(({ identifier, method, path, payload }) => ({
    name: identifier,
    method,
    path,
    pattern: new RegExp(`^${path.replaceAll(/:([a-z]+)/giu, "(?<$1>[^/]+)")}$`, "u"),
    hasBody: payload.size > 0,
  }))
  .toSorted((one, other) => Number(isFixed(other)) - Number(isFixed(one)))

/** The methods a path has, as an `Allow` header names them; none when no handler has the path. */
export const methodsOf = (path: string): ReadonlyArray<string> => {
  const found = routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)
  if (found.length === 0) return []
  return [...new Set([...found, ...(found.includes("GET") ? ["HEAD"] : []), "OPTIONS"])]
}

const routeOf = (method: string, path: string) =>
  routes.find((route) => route.method === method && route.pattern.test(path))

/** Which operation a request is; none when no handler has it. */
export const operationOf = (method: string, path: string): string | undefined => routeOf(method, path)?.name

/** Where a request names its account: in its path, still percent-encoded, or in its body. */
export const accountOf = (method: string, path: string): { readonly id: string } | "body" | undefined => {
  const route = routeOf(method, path)
  const id = route?.pattern.exec(path)?.groups?.["id"]
  if (id !== undefined) return { id }
  return route?.hasBody === true ? "body" : undefined
}
