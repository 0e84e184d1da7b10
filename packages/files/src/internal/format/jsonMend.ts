/**
 * Where an object of JSON ends in which a quote or a bracket is missing, so that the one behind it is not lost with it: what is written is
 * followed to the first mark that no JSON has there, and from it on as if what is missing were there.
 */
import { closes, mark, opens } from "./jsonMarks.ts"

/** A text, a mark, a number or a word; of a text that never ends, its beginning. */
const token = /\s*(?:("[^"\\\n]*(?:\\.[^"\\\n]*)*("?))|([{}[\]:,])|(-?\d[\d.eE+-]*|true|false|null))/y

/** Each bracket that closes stands two behind the one that opens, in ASCII. */
const isClosed = (open: number | undefined, close: number) => open === close - 2

/** How far a text is JSON. */
interface Followed {
  /** Where its value ends, where something is wrong, or the end of the text. */
  readonly at: number
  readonly isWrong: boolean
  /** The brackets that are open there. */
  readonly open: ReadonlyArray<number>
  /** The text in quotes that was read last, when nothing but space stands behind it. */
  readonly last: readonly [start: number, end: number] | undefined
  readonly isKeyOrValueNext: boolean
}

type Next = "value" | "valueOrClose" | "key" | "keyOrClose" | "colon" | "comma"

/** What may follow a token, or nothing where it may not stand. */
const after = (next: Next, code: number, open: Array<number>): Next | undefined => {
  const isValue = next === "value" || next === "valueOrClose"
  if (opens(code) && isValue) {
    open.push(code)
    return code === mark.opens ? "keyOrClose" : "valueOrClose"
  }
  if (closes(code)) {
    const mayClose = next === "comma" || next === "keyOrClose" || next === "valueOrClose"
    if (!mayClose || !isClosed(open.pop(), code)) return undefined
    return "comma"
  }
  if (code === mark.colon) return next === "colon" ? "value" : undefined
  if (code === mark.comma && next === "comma") return open.at(-1) === mark.opens ? "key" : "value"
  return undefined
}

/** Follows one value from a place on. */
const follow = (text: string, from: number): Followed => {
  const open: Array<number> = []
  let next: Next = "value"
  let last: readonly [number, number] | undefined
  let at = from
  const told = (isWrong: boolean): Followed => ({
    at,
    isWrong,
    open,
    last,
    isKeyOrValueNext: next !== "comma" && next !== "colon",
  })
  while (true) {
    token.lastIndex = at
    const found = token.exec(text)
    if (found === null) {
      while (at < text.length && text.charCodeAt(at) <= 32) at++
      return told(at < text.length)
    }
    const [whole, string, ending, sign] = found
    const start = at + whole.length - (string ?? sign ?? found[4]!).length
    if (string !== undefined && ending === "") {
      // It ends with the text, or with the line, on which no text of JSON goes on.
      last = [start, token.lastIndex]
      at = token.lastIndex
      return told(at < text.length)
    }
    const isValue = next === "value" || next === "valueOrClose"
    let then: Next | undefined
    if (sign !== undefined) then = after(next, sign.charCodeAt(0), open)
    else if (isValue) then = "comma"
    else if (string !== undefined && (next === "key" || next === "keyOrClose")) then = "colon"
    if (then === undefined) {
      at = start
      return told(true)
    }
    last = string === undefined ? undefined : [start, token.lastIndex]
    next = then
    at = token.lastIndex
    if (open.length === 0 && next === "comma") return told(false)
  }
}

/** Where the brackets that are open end, from a place outside texts on; -1 where the text does before. */
const endFrom = (text: string, from: number, open: number): number => {
  let depth = open
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === mark.quote) {
      for (at++; at < text.length && text.charCodeAt(at) !== mark.quote; at++) if (text[at] === "\\") at++
    } else if (opens(code)) depth++
    else if (closes(code) && --depth === 0) return at + 1
  }
  return -1
}

/** A text that took the brackets behind it, because its quote is missing. */
const endInText = (text: string, [start, end]: readonly [number, number], open: number): number => {
  const isQuoted = text[end - 1] === '"' && end - 1 > start
  const inner = text.slice(start + 1, isQuoted ? end - 1 : end)
  const marks = /[\s\]}[{,]*$/.exec(inner)!
  let depth = open
  for (let at = marks.index; at < inner.length; at++) {
    const code = inner.charCodeAt(at)
    if (opens(code)) depth++
    else if (closes(code) && --depth === 0) return start + 1 + at + 1
  }
  // The quote at its end is the one that opens the next text.
  return isQuoted ? endFrom(text, end - 1, depth) : -1
}

/** An object where the name of a value should be: those that hold it were not closed, up to a list or to the top. */
const endBefore = (text: string, at: number, open: ReadonlyArray<number>): number => {
  const list = open.lastIndexOf(mark.listOpens)
  return list === -1 ? text.lastIndexOf(",", at) : endFrom(text, at, list + 1)
}

/** Where a broken object may end. */
const endOf = (text: string, isEnd: boolean): number => {
  const { at, isKeyOrValueNext, isWrong, last, open } = follow(text, 0)
  if (!isWrong && !isEnd) return -1
  const code = text.charCodeAt(at)
  if (last !== undefined) return endInText(text, last, open.length)
  if (code === mark.opens && open.at(-1) === mark.opens) return endBefore(text, at, open)
  const quote = text.indexOf('"', at)
  // A word without the quote before it; behind the quote after it no text is open.
  const isWord = isKeyOrValueNext && quote !== -1 && !/[{}[\],:]/.test(text.slice(at, quote))
  return isWord ? endFrom(text, quote + 1, open.length) : -1
}

const between = /\s*,?\s*(?:"(?:[^"\\\n]|\\.)*"\s*:\s*)?/y

/** Whether another object or the end of what holds them follows, and nothing else. */
const isFollowed = (text: string, at: number, end: number | undefined): boolean => {
  between.lastIndex = at
  between.exec(text)
  const next = Math.max(at, between.lastIndex)
  const code = text.charCodeAt(next)
  return code === end || (code === mark.opens && !follow(text, next).isWrong)
}

/**
 * Where a broken object ends in a text that may hold others behind it; -1 where that cannot be told, or where it is not broken as far as the
 * text goes. `close` ends what holds them; `isEnd` says that nothing follows the text.
 */
export const endOfBroken = (text: string, close: number | undefined, isEnd: boolean): number => {
  const end = endOf(text, isEnd)
  return end > 0 && end < text.length && isFollowed(text, end, close) ? end : -1
}
