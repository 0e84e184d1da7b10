/**
 * The page of the sandbox at `/`, with its script and its style, which are part of this package. What it shows and does goes through the
 * control endpoints.
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { script, style } from "./asset.generated.ts"

/** A page of HTML with nothing but a key in it that is known to everybody. */
const markup = (apiKey: string | undefined) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${apiKey === undefined ? "" : `<meta name="api-key" content="${apiKey}">\n`}<title>aptrinsic sandbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/sandbox/page.css">
<script type="module" src="/sandbox/page.js"></script>
</head>
<body><noscript>The page of the sandbox needs JavaScript. <a href="/docs">The documentation of the API</a></noscript></body>
</html>
`

const serve = (path: "/" | "/sandbox/page.css" | "/sandbox/page.js", contentType: string, text: string) =>
  HttpRouter.add("GET", path, Effect.succeed(HttpServerResponse.text(text, { contentType })))

/** `apiKey` is shown for copying: give it the default key alone, which is not a secret. */
export const layer = (apiKey: string | undefined): Layer.Layer<never, never, HttpRouter.HttpRouter> =>
  Layer.mergeAll(
    serve("/", "text/html; charset=utf-8", markup(apiKey)),
    serve("/sandbox/page.css", "text/css; charset=utf-8", style),
    serve("/sandbox/page.js", "text/javascript; charset=utf-8", script),
  )
