/**
 * The formats a file may be in, in the order in which they are asked.
 */
import type { Format } from "../../Format.ts"
import { copy } from "./copy.ts"
import { csv } from "./csv.ts"
import { json } from "./json.ts"
import { ndjson } from "./ndjson.ts"
import { xlsx } from "./xlsx.ts"

export const formats: ReadonlyArray<Format> = [xlsx, json, ndjson, copy, csv]
