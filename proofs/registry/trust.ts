/**
 * What stands between a workflow and a registry that trusts it: the service that says who the workflow is, and the registry's exchange of that
 * for a token of one package. Everything else goes on to the registry, which has no token in any file.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

export interface Trust extends AsyncDisposable {
  readonly url: string
  /** The variables by which a workflow with `id-token: write` finds that service. */
  readonly workflow: Readonly<Record<string, string>>
  /** The packages for which a token was given, in order. */
  readonly exchanged: ReadonlyArray<string>
}

const requestToken = "token-of-the-workflow"

/** Nobody here can check a signature, so there is none. */
const identity = [{ alg: "none", typ: "JWT" }, { repository_visibility: "private" }, {}]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .join(".")

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
}

const passOn = (registry: string, asked: IncomingMessage, response: ServerResponse): void => {
  const { headers, method, url = "/" } = asked
  const forwarded = request(
    new URL(url, registry),
    { headers, ...(method === undefined ? {} : { method }) },
    (found) => {
      response.writeHead(found.statusCode ?? 502, found.headers)
      found.pipe(response)
    },
  )
  forwarded.on("error", () => response.destroy())
  asked.pipe(forwarded)
}

export const startTrust = async (registry: string, token: string): Promise<Trust> => {
  const exchanged: Array<string> = []
  const server = createServer((asked, response) => {
    const { authorization } = asked.headers
    const [, name] = /^\/-\/npm\/v1\/oidc\/token\/exchange\/package\/(.+)$/u.exec(asked.url ?? "") ?? []
    if (asked.url?.startsWith("/identity") === true) {
      const isKnown = authorization === `Bearer ${requestToken}`
      answer(response, isKnown ? 200 : 401, isKnown ? { value: identity } : {})
    } else if (name !== undefined) {
      const isKnown = authorization === `Bearer ${identity}`
      if (isKnown) exchanged.push(decodeURIComponent(name))
      answer(response, isKnown ? 201 : 401, isKnown ? { token } : {})
    } else passOn(registry, asked, response)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    url,
    workflow: {
      CI: "true",
      GITHUB_ACTIONS: "true",
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}identity?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    },
    exchanged,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
