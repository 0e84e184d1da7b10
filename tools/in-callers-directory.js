/**
 * Preloaded by `npm run aptrinsic`: npm starts a script where its package is, while paths on the command line are meant from where it was called.
 * Its own INIT_CWD is no longer that once npx has run. A command that the sandbox starts finds this very `aptrinsic`.
 */
import { delimiter } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"

process.env.PATH = [fileURLToPath(new URL("node_modules/.bin", import.meta.url)), process.env.PATH].join(delimiter)
if (process.env.CALLER_DIRECTORY) process.chdir(process.env.CALLER_DIRECTORY)
