/**
 * Preloaded by `npm run aptrinsic`: npm starts a script where its package is, while paths on the command line are meant from where it was called.
 * Its own INIT_CWD is no longer that once npx has run.
 */
import process from "node:process"

if (process.env.CALLER_DIRECTORY) process.chdir(process.env.CALLER_DIRECTORY)
