/**
 * When this process had to wait for the processor: what it did then it did late, and says nothing of the budget.
 */

/** Milliseconds between two looks, and by how many one may be late. */
const [interval, grace] = [5, 5]

/** Calls `told` with the milliseconds of each stall. */
export const watch = (told: (stall: number, now: number) => void) => {
  let lookedAt = performance.now()
  setInterval(() => {
    const now = performance.now()
    const stall = now - lookedAt - interval
    if (stall > grace) told(stall, now)
    lookedAt = now
  }, interval).unref()
}
