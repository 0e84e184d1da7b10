/**
 * Fails every test file of a suite that runs in another runtime than it believes to.
 */
import process from "node:process"

const runtime = "deno" in process.versions ? "deno" : "node"

if (runtime !== process.env["EXPECTED_RUNTIME"]) {
  throw new Error(`These tests run in ${runtime}, not in ${process.env["EXPECTED_RUNTIME"]}.`)
}
