/** Words why nothing can be served at an address of this machine: one line and the way out. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { ServeError } from "effect/http/HttpServerError"
import { type Failure, usage } from "./Failure.ts"

/** What the system says of an address that this machine does not have, and of a name that nobody knows. */
const foreign: ReadonlyArray<unknown> = ["EADDRNOTAVAIL", "EAI_AGAIN", "EINVAL", "ENOTFOUND"]

const free = "Pass --port 0 for a free one."

/** `listen`: the address, where one was asked for. */
export const make = ({ cause }: ServeError, port: number, listen?: string): Failure => {
  const { code } = (cause ?? {}) as { readonly code?: unknown }
  if (code === "EADDRINUSE") return usage(`Port ${port} is in use.`, free)
  if (code === "EACCES") return usage(`This user may not open port ${port}.`, free)
  if (listen !== undefined && foreign.includes(code)) {
    return usage(
      `--listen is "${visible(listen, 60)}", which is not an address of this machine.`,
      "Name one, or leave it out.",
    )
  }
  return usage(`Port ${port} cannot be opened${typeof code === "string" ? ` (${code})` : ""}.`, free)
}
