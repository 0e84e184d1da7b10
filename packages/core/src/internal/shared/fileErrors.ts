/**
 * Errors of the file system as sentences about the file, for whatever reads or writes files beside an import. Each says what the system said
 * and nothing that is not known.
 */
import type { PlatformError } from "effect/PlatformError"
import { visible } from "./visibleText.ts"

/** What happened, and the way out, given the words for choosing another file. */
type Sentence = readonly [message: string, hint: (choose: string) => string]

const always = (hint: string) => () => hint
const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

const full: Sentence[1] = (choose) => `Free some space and run it again, or ${choose}.`
const denied: Sentence = ["permission denied", (choose) => `Change its permissions, or ${choose}.`]
const loop: Sentence = [
  "it is a symbolic link, and links are not followed here",
  (choose) => `Name the file itself, or ${choose}.`,
]
const descriptors: Sentence = [
  "too many files are open",
  always("Raise the limit (ulimit -n 1024), close other programs or lower --concurrency, then run it again."),
]
const disk: Sentence = [
  "the disk failed to read or write it",
  (choose) => `Check the disk (its log, its cable, its mount) and run it again, or ${choose}.`,
]
const unmounted: Sentence = [
  "the server of this network disk no longer knows it: it was replaced or removed there",
  (choose) => `See that the disk is mounted and the file is there, then run it again, or ${choose}.`,
]

const sentences: Record<string, Sentence> = {
  ENOSPC: ["the disk is full", full],
  EDQUOT: ["the disk quota is used up", full],
  EROFS: ["the disk can only be read", sentence],
  EISDIR: ["it is a directory", always("Name a file.")],
  ENOTDIR: ["part of its path is not a directory", always("Correct the path.")],
  EACCES: denied,
  EPERM: denied,
  PermissionDenied: denied,
  ENOENT: ["there is no such file or directory", always("Correct the path.")],
  NotFound: ["there is no such file or directory", always("Correct the path.")],
  EEXIST: ["another program made it at the same moment", (choose) => `Run it again, or ${choose}.`],
  ELOOP: loop,
  EMLINK: loop,
  ENAMETOOLONG: ["its name is too long for this disk", (choose) => `Shorten the name, or ${choose}.`],
  ERR_INVALID_ARG_VALUE: ["its name has a character that no path may have", always("Correct the path.")],
  EMFILE: descriptors,
  ENFILE: descriptors,
  EIO: disk,
  ENXIO: disk,
  ENODEV: disk,
  ESTALE: unmounted,
  ENOTCONN: unmounted,
  EHOSTDOWN: unmounted,
  ETIMEDOUT: ["the disk did not answer in time", always("See that it is mounted, then run it again.")],
  EBUSY: ["another program has locked it", always("Close that program, then run it again.")],
  ETXTBSY: ["it is a running program", sentence],
  ENOTSUP: ["its disk cannot do what is needed", sentence],
  EOPNOTSUPP: ["its disk cannot do what is needed", sentence],
  ESPIPE: ["it can be read only once", always("Give what it holds as a file, or as standard input.")],
  EFBIG: ["the file would become too large for this disk", sentence],
}

/**
 * The code of the system (`ENOSPC`), or what the platform calls it.
 */
export const codeOf = ({ reason }: PlatformError): string => {
  const { cause } = reason as { readonly cause?: { readonly code?: unknown } }
  return typeof cause?.code === "string" ? cause.code : reason._tag
}

/**
 * What an error says about a file, as a phrase; `choose` are the words for taking another one, as `choose another file with --report`.
 */
export const phraseOf = (
  error: PlatformError,
  choose = "choose another file",
): readonly [phrase: string, hint: string] => {
  const code = codeOf(error)
  const { cause } = error.reason as { readonly cause?: { readonly message?: unknown } }
  const detail = typeof cause?.message === "string" ? cause.message : code
  const [phrase, hint] = sentences[code] ?? [
    `it cannot be used (${visible(detail, 200)})`,
    (other) => `Solve that and run it again, or ${other}.`,
  ]
  return [phrase, hint(choose)]
}

/**
 * The same as a sentence that names the file.
 */
export const explain = (
  path: string,
  error: PlatformError,
  choose?: string,
): { readonly message: string; readonly hint: string } => {
  const [phrase, hint] = phraseOf(error, choose)
  return { message: `${visible(path)}: ${phrase}.`, hint }
}
