/**
 * Whether a process was started to outlive the terminal it was started from.
 */
import { readFileSync } from "node:fs"
import * as Option from "effect/Option"

const readFile = Option.liftThrowable((path: string) => readFileSync(path, "utf8"))

/** Whether a process ignores SIGHUP, as Linux tells it: the first bit of the mask. */
export const ignoresHangup = (pid: number | "self"): boolean =>
  Option.match(readFile(`/proc/${pid}/status`), {
    onNone: () => false,
    onSome: (status) => /^SigIgn:\s*[\da-f]*[13579bdf]$/m.test(status),
  })

/** Shells name the program that they start, and `nohup` passes the name on to the one that it becomes. */
export const isNohup = (program: string | undefined): boolean => program !== undefined && /(^|\/)nohup$/.test(program)
