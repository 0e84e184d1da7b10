/**
 * The formats a file may be in, in the order in which they are asked.
 */
import type { Format } from "../../Format.ts"
import { csv } from "./csv.ts"
import { json } from "./json.ts"
import { ndjson } from "./ndjson.ts"

export const formats: ReadonlyArray<Format> = [json, ndjson, csv]
