/**
 * How a text begins that may be JSON.
 */

/** Without what may stand before a document: space, the mark of the byte order, that of a record (RFC 7464). */
export const bareOf = (head: string): string => head.replace(/^[\s\p{Cc}]+/u, "")

/** A word in brackets, as SQL Server names columns: `[id],[name]`. */
const named = /^(?:\[\s*(?!(?:true|false|null)\b)[\p{L}_]|\{[^"'{}:\n]*[^"'{}:\s][^"'{}:\n]*\})/u
/** A cell that is JSON and not quoted, before another one. */
const beside = /^[[{](?:"(?:[^"\\\n]|\\.)*"|[^[\]{}"\n])*[\]}] *(?:[;\t|] *\S|, *[^\s{["/])/

/** Whether it is a table whose first cell looks as JSON does. */
export const isTable = (head: string): boolean => {
  const text = bareOf(head)
  return named.test(text) || beside.test(text)
}
