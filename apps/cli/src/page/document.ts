/**
 * A page that is one file: what it shows stands in it as data, beside the program that shows it. Its policy names both by their digests and forbids
 * everything else, requests to anywhere first of all.
 */
import type * as Schema from "effect/Schema"
import * as asset from "./asset.generated.ts"

/** Characters that could end the data, or hide in it from somebody who reads the file. */
const special = /[<>&]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

const escaped = (character: string): string =>
  character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("")

/** JSON that nobody reads as markup. */
export const data = (carried: Schema.Json): string => JSON.stringify(carried).replace(special, escaped)

/** What the page may do; `connect` is where a live one gets its news from. */
export const policy = (connect: "'none'" | "'self'"): string =>
  [
    "default-src 'none'",
    `script-src '${asset.digests.script}'`,
    `style-src '${asset.digests.style}'`,
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ")

/** The whole page. */
export const page = (carried: Schema.Json, connect: "'none'" | "'self'" = "'none'"): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy(connect)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>aptrinsic</title>
<style>${asset.style}</style>
</head>
<body>
<div id="page"><noscript>This page shows its numbers with JavaScript, which is turned off.</noscript></div>
<script type="application/json" id="data">${data(carried)}</script>
<script type="module">${asset.script}</script>
</body>
</html>
`
