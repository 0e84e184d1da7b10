/**
 * Errors of the file system as sentences about the file.
 */
import { visible } from "@effect-aptrinsic/core/VisibleText"
import type { PlatformError } from "effect/PlatformError"

const sentences: Record<string, readonly [message: string, hint: string]> = {
  ENOSPC: ["the disk is full", "Free some space, then run it again; it continues where it stopped."],
  EDQUOT: ["the disk quota is used up", "Free some space, then run it again; it continues where it stopped."],
  EROFS: ["the disk can only be read", "Choose a file on another disk."],
  EISDIR: ["it is a directory", "Name a file."],
  ENOTDIR: ["part of its path is not a directory", "Correct the path."],
  EACCES: ["permission denied", "Change its permissions, or choose another file."],
  EPERM: ["permission denied", "Change its permissions, or choose another file."],
  ENOENT: ["there is no such file or directory", "Correct the path."],
  ESPIPE: ["it can be read only once", "Pipe it in: aptrinsic accounts import - --report REPORT"],
  EFBIG: ["the file would become too large", "Choose a file on another disk."],
}

/** What happened, in words that go on from "cannot be read: ", and the way out. */
export const sentenceOf = (error: PlatformError): { readonly message: string; readonly hint: string } => {
  const { cause } = error.reason as { readonly cause?: { readonly code?: unknown } }
  const code = typeof cause?.code === "string" ? cause.code : error.reason._tag
  const [message, hint] = sentences[code] ?? [`it cannot be used (${code})`, "Check the disk, then run it again."]
  return { message: `${message}.`, hint }
}

export const explain = (path: string, error: PlatformError): { readonly message: string; readonly hint: string } => {
  const { hint, message } = sentenceOf(error)
  return { message: `${visible(path)}: ${message}`, hint }
}
