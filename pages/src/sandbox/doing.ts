/**
 * Asks the sandbox for something, and tells the page how it went: one place where all answers of the control endpoints are told.
 */
import { createContext } from "preact"
import { useContext } from "preact/hooks"

export interface Doing {
  /** Runs it; says `done` when it went well, or why it did not. Succeeds with why it did not. */
  readonly act: (done: string, what: () => Promise<unknown>) => Promise<string | undefined>
}

export const DoingContext = createContext<Doing>({ act: () => Promise.resolve(undefined) })

export const useAct = (): Doing["act"] => useContext(DoingContext).act
