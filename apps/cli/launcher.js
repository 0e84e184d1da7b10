#!/usr/bin/env node
/**
 * What the published command starts with: plain JavaScript that every Node reads, so that one which is too old can say so. The program
 * is loaded after that, with its compiled code cached.
 */
import * as nodeModule from "node:module"
import process from "node:process"
import { version } from "./package.json" with { type: "json" }

const start = () => {
  if (nodeModule.enableCompileCache !== undefined) nodeModule.enableCompileCache()
  import("./src/bin.ts")
}

// Written by the build.
const commit = ""
const [major, minor] = process.versions.node.split(".").map(Number)
if (process.versions.deno === undefined && (major < 22 || (major === 22 && minor < 19))) {
  process.stderr.write("aptrinsic needs Node.js 22.19 or newer; this is " + process.versions.node + ".\n")
  process.exitCode = 1
} else if (process.versions.deno === undefined && process.argv.length === 3 && process.argv[2] === "--version") {
  // Nothing of the program is needed to tell it; but when it cannot be written, which Deno throws at once, the program knows what to say.
  process.stdout.on("error", () => {})
  process.stdout.write("aptrinsic " + version + (commit === "" ? "" : " (" + commit + ")") + "\n", (error) => {
    if (error) start()
  })
} else start()
