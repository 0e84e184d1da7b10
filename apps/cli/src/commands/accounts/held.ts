/** What the values mean that PX returns of an account. */
import { fields } from "@effect-aptrinsic/core/AccountFields"
import type * as Schema from "effect/Schema"

const dates = new Set([
  ...fields.flatMap(({ path, format }) => (format === "int64" ? [path] : [])),
  "createDate",
  "lastModifiedDate",
])

const order = new Map(fields.map(({ path }, index) => [path, index]))

/** The fields that PX keeps by itself: they are read, and never sent. */
export const ownFields: ReadonlyArray<string> = ["numberOfUsers", "createDate", "lastModifiedDate"]

/** Whether the field holds a time. */
export const isDate = (path: string): boolean => dates.has(path)

/** PX returns what is not set as null or "", and numbers and dates as 0. */
export const isUnset = (path: string, value: Schema.Json | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (value === 0 && (order.has(path) || dates.has(path))) ||
  (Array.isArray(value) && value.length === 0)

/** The place of a field in the order of the contract. */
export const rank = (path: string): number =>
  order.get(path) ?? (path.startsWith("customAttributes.") ? order.get("customAttributes")! : fields.length)
