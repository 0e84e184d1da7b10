/**
 * What a key says of its object: by the keys of accounts a list of rows is told from a row that holds a list.
 */
import type { OpenOptions } from "../format/fileFormat.ts"
import { known, normalize } from "./columnNames.ts"

const attributes = /^custom[ _-]?attributes(\.|$)/i

export const keyKind: OpenOptions["keyKind"] = (name) => {
  if (attributes.test(name)) return "list"
  const field = known.get(normalize(name))
  return field === undefined ? undefined : field === "propertyKeys" ? "list" : "value"
}
