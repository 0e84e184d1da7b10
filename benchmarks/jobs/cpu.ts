/** The CPU of processes, by what Linux says of them: of themselves, of those they started, and of those that have ended. */
import { readdirSync, readFileSync } from "node:fs"

interface Process {
  readonly pid: number
  readonly parent: number
  readonly milliseconds: number
}

/** A hundred ticks a second, on every Linux that Node runs on. */
const tick = 10

/** What Linux says of a process, or nothing once it has ended. */
const statOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8")
  } catch {
    return ""
  }
}

const read = (pid: number): ReadonlyArray<Process> => {
  const stat = statOf(pid)
  // The name of the program may hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  if (fields.length < 16) return []
  const times = fields.slice(11, 15).map(Number)
  return [{ pid, parent: Number(fields[1]), milliseconds: times.reduce((sum, time) => sum + time, 0) * tick }]
}

/** Milliseconds that a process and its descendants have used. */
export const cpuOf = (root: number): number => {
  const all = readdirSync("/proc").flatMap((name) => (/^\d+$/u.test(name) ? read(Number(name)) : []))
  const below = (pid: number): number =>
    all.filter(({ parent }) => parent === pid).reduce((sum, child) => sum + child.milliseconds + below(child.pid), 0)
  return (all.find(({ pid }) => pid === root)?.milliseconds ?? 0) + below(root)
}

/** The Postgres that this process started, the shell that guards it included. */
export const postgresOf = (starter: number): number => {
  const found = readdirSync("/proc").find(
    (name) =>
      /^\d+$/u.test(name) &&
      read(Number(name)).some(({ parent }) => parent === starter) &&
      readFileSync(`/proc/${name}/cmdline`, "utf8").includes("/bin/postgres\0-D"),
  )
  if (found === undefined) throw new Error("There is no Postgres of this process.")
  return Number(found)
}
