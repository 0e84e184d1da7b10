/**
 * Fails every test file of a suite that does not run in the runtime, and the version, that this repository brings for it; and lets the processes
 * of tests share compiled code.
 */
import process from "node:process"
import { fileURLToPath } from "node:url"

// The processes that tests start run the same sources over and over.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url))

const { deno, node } = process.versions
const runtime = deno === undefined ? `node ${node}` : `deno ${deno}`

if (runtime !== process.env["EXPECTED_RUNTIME"]) {
  throw new Error(`These tests run in ${runtime}, not in ${process.env["EXPECTED_RUNTIME"]}.`)
}
