/**
 * What a browser may do with what the sandbox answers: a page talks to the sandbox alone, no page of another origin may show it in a frame, use
 * a part of it or hold on to it once it was opened, and nothing of it is kept.
 */
import * as HttpServerResponse from "effect/http/HttpServerResponse"

type Response = HttpServerResponse.HttpServerResponse

const policy = (scripts: string, more: ReadonlyArray<string> = []) =>
  [
    "default-src 'none'",
    `script-src ${scripts}`,
    `style-src ${scripts}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...more,
  ].join("; ")

// The documentation has scripts and styles in its text. Our own page has them by their paths, and makes no markup of text.
const documentation = policy("'unsafe-inline'")
const page = policy("'self'", ["require-trusted-types-for 'script'", "trusted-types 'none'"])

const isHtml = ({ headers }: Response) => headers["content-type"]?.startsWith("text/html") === true

/** What becomes of a page is part of its answer; answers that are not a page stay as they are. */
export const protect = (response: Response, path: string): Response =>
  isHtml(response)
    ? HttpServerResponse.setHeaders(response, {
        "content-security-policy": path === "/" ? page : documentation,
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      })
    : response

/** For everything but the API of the vendor. */
export const own = (response: Response): Response =>
  HttpServerResponse.setHeaders(response, {
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
  })
