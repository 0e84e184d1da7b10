/**
 * What a browser may do with a page of the sandbox. Its scripts, styles and icons are part of the page, and it talks to the sandbox alone;
 * no page of another origin may show it in a frame.
 */
import * as HttpServerResponse from "effect/http/HttpServerResponse"

const policy = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ")

const headers = {
  "content-security-policy": policy,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
}

/** Answers that are not a page stay as they are. */
export const protect = (response: HttpServerResponse.HttpServerResponse): HttpServerResponse.HttpServerResponse =>
  response.headers["content-type"]?.startsWith("text/html") === true
    ? HttpServerResponse.setHeaders(response, headers)
    : response
