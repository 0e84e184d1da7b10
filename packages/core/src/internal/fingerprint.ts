/**
 * A name for what must not be kept: the same for the same secret, in every process, and nothing to derive it from.
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"

/** The first 16 hexadecimal digits of SHA-256. The digest of Web Crypto is a promise, and absent on pages without https. */
export const fingerprint = (secret: string): string => bytesToHex(sha256(utf8ToBytes(secret))).slice(0, 16)
