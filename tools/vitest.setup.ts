/**
 * Fails every test file of a suite that does not run in the runtime, and the version, that this repository brings for it.
 */
import process from "node:process"

const { deno, node } = process.versions
const runtime = deno === undefined ? `node ${node}` : `deno ${deno}`

if (runtime !== process.env["EXPECTED_RUNTIME"]) {
  throw new Error(`These tests run in ${runtime}, not in ${process.env["EXPECTED_RUNTIME"]}.`)
}
