import { setPriority } from "node:os"

/**
 * A process that waits for the processor is late, as one on a busy machine is: the proof measures the budget and not the machine, where it may.
 */
export const first = () => {
  try {
    setPriority(-15)
  } catch {
    // Only the administrator may.
  }
}
