/**
 * The formats a file may be in, in the order in which they are asked.
 */
import { copy } from "./copy.ts"
import { csv } from "./csv.ts"
import type { FileFormat } from "./fileFormat.ts"
import { json } from "./json.ts"
import { ndjson } from "./ndjson.ts"
import { xlsx } from "./xlsx.ts"

export const formats: ReadonlyArray<FileFormat> = [xlsx, json, ndjson, copy, csv]
