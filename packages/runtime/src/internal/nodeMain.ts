/**
 * The main of a process on Node. Apart from the HTTP client and server, which a command that only prints does not load.
 */
import process from "node:process"
import { ignoresHangup, isNohup } from "./hangup.ts"
import { makeRunMain } from "./process.ts"

/**
 * Runs a program as the main of the process: exit code 0, the failure's own code or 1. The first SIGINT, SIGTERM or SIGHUP
 * interrupts it and lets its finalizers run, a second one exits at once; they end in 130, 143 and 129. Logs and failures go
 * to stderr.
 *
 * **Gotchas**
 *
 * A program that was started to outlive its terminal ignores SIGHUP: one that `nohup` started, by the variable `_` that
 * shells set, or whose parent ignores SIGHUP, as after `trap '' HUP` in a script (on Linux). Node itself forgets when it
 * starts that SIGHUP was ignored, so what `sh -c "trap '' HUP; exec node .."` starts cannot be told from any other
 * program: leave out `exec`.
 *
 * **Example** (The last line of a program)
 *
 * ```ts
 * import { runMain } from "@effect-aptrinsic/runtime/node"
 * import { Effect } from "effect"
 *
 * const program = Effect.sync(() => {
 *   console.log("done") // done
 * })
 *
 * runMain(program)
 * ```
 *
 * @stability unstable
 * @category running
 * @since 0.1.0
 */
export const runMain = makeRunMain(() => isNohup(process.env["_"]) || ignoresHangup(process.ppid))
