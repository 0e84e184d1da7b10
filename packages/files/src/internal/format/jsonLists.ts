/**
 * The lists of objects in the beginning of a JSON document, by their paths.
 */
import { parseName } from "./jsonPath.ts"

/** A text, a bracket or other mark, or a word, at a position. */
const token = /\s*(?:("(?:[^"\\]|\\.)*")|([{}[\]:,])|([^\s{}[\]:,"]+))/y

interface Frame {
  readonly isList: boolean
  readonly path: ReadonlyArray<string>
  key: string | undefined
  isFirst: boolean
}

/** The paths of lists whose first element is an object. Lists inside lists are left out. */
export const listsOfObjects = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const found: Array<ReadonlyArray<string>> = []
  const frames: Array<Frame> = []
  token.lastIndex = 0
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [, string, mark] = match
    const top = frames.at(-1)
    if (string !== undefined && top?.isList === false && top.key === undefined) top.key = string
    else if (mark === "{" || mark === "[") {
      const isRow = top?.isList === true && top.isFirst && mark === "{"
      if (isRow && frames.filter(({ isList }) => isList).length === 1) found.push(top.path)
      const path = top?.key === undefined ? (top?.path ?? []) : [...top.path, parseName(top.key)]
      if (top !== undefined) top.isFirst = false
      frames.push({ isList: mark === "[", path, key: undefined, isFirst: true })
    } else if (mark === "}" || mark === "]") frames.pop()
    else if (mark === "," && top !== undefined) {
      top.key = undefined
      top.isFirst = false
    }
  }
  return found
}

/** The keys of a document that begins so, without those behind the first value that is a list or an object. */
export const topKeys = (text: string): ReadonlyArray<string> =>
  Array.from(text.replace(/:\s*[{[][\s\S]*$/, ":").matchAll(/("(?:[^"\\]|\\.)*")\s*:/g), ([, key]) => parseName(key!))
