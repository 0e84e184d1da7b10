/** A doubt about a value, before it is known where the value stands. */
import type { Code, Doubt } from "../../Doubt.ts"
import { visible } from "../shared/visibleText.ts"

export interface Finding {
  readonly code: Code
  readonly message: string
  readonly suggestion: string | undefined
}

export const finding = (code: Code, message: string, suggestion?: string): Finding => ({ code, message, suggestion })

export const at = (path: string, { code, message, suggestion }: Finding, serious: boolean): Doubt => ({
  path: visible(path, 120),
  code,
  message,
  ...(suggestion === undefined ? {} : { suggestion }),
  serious,
})

export const quote = (text: string): string => visible(JSON.stringify(text), 60)
