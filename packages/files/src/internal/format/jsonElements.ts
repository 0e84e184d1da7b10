/**
 * The elements of a JSON list, of a map or of a sequence, each cut out of its document as it stands there: only one of them is held at a time,
 * and one that is broken or too long takes no other with it. Between them a document is followed by its marks alone.
 */
import * as Result from "effect/Result"
import { closes, makeMarks, mark, opens } from "./jsonMarks.ts"
import { endOfBroken } from "./jsonMend.ts"
import { Nesting } from "./jsonNesting.ts"
import { endOf, linesIn, Passage, startOf } from "./jsonPassage.ts"
import { parseName, Way } from "./jsonPath.ts"
import { maxRow } from "./jsonRow.ts"
import { type Foretold, Shortcut } from "./jsonShortcut.ts"

export interface Element {
  /** As it stands there, which may be no JSON; its beginning alone when it is longer than `maxRow`. */
  readonly text: string
  /** What it parses as, when that is known. */
  readonly value: unknown
  /** Its name in a map. */
  readonly name: string | undefined
  /** The line it begins on. */
  readonly line: number
  /** The name of a list that should be here, and is not. */
  readonly missing?: string | undefined
}

/** Where the elements are: in the list at a path, in the list or the map there, or one after another from the start. */
export type Where =
  | { readonly _tag: "Sequence" }
  | { readonly _tag: "List" | "ListOrMap"; readonly path: ReadonlyArray<string> }

/**
 * Why nothing more can be read, and on which line: the end came too early, nothing is at the path, an object is there instead of a list,
 * or the path leads through another list.
 */
export interface Broken {
  readonly kind: "Cut" | "Missing" | "Object" | "List"
  readonly line: number
  /** How the element begins that was read. */
  readonly text: string
}

/** So many broken elements are told apart from those behind them; each may have a mebibyte looked at. */
const maxMends = 1000

/** Parses a text; undefined when it is not JSON, or too long. */
const valueOf = (text: string): unknown =>
  text.length > maxRow ? undefined : Result.getOrUndefined(Result.try(() => JSON.parse(text) as unknown))

const newline = 10
const isIndent = (code: number) => code === 9 || code === 32 || code === mark.comma
/** Whether a value may follow what stands before it in a container of this kind. */
const mayPrecede = (before: number, container: number | undefined): boolean => {
  if (container === mark.opens) return before === mark.colon
  return container === undefined || before === mark.comma || before === mark.listOpens
}

export class Elements {
  broken: Broken | undefined
  private readonly where: Where
  private readonly way: Way
  private readonly passage = new Passage()
  private readonly nesting = new Nesting()
  private readonly shortcut = new Shortcut()
  private foretold: Foretold | undefined
  private readonly marks = makeMarks(
    (code, at) => this.onMark(code, at),
    () => {
      this.nesting.isCut = true
    },
  )
  private mode: "searched" | "read" | "passed"
  private documents = 0
  private found: Array<Element> = []
  private isMap = false
  private name: string | undefined
  /** How far the elements are indented, when they begin lines of their own. */
  private indent: string | undefined
  private lineStart = ""
  /** What has to be followed once more. */
  private anew: string | undefined
  private mends = 0
  /** Whether the element that is read was looked at, and is too long for another look. */
  private isGivenUp = false

  constructor(where: Where) {
    this.where = where
    this.way = new Way(where._tag === "Sequence" ? [] : where.path)
    this.mode = where._tag === "Sequence" ? "read" : "searched"
  }
  /** Takes the next part of the document, and gives the elements that end in it. */
  push(part: string): ReadonlyArray<Element> {
    this.follow(part)
    return this.taken()
  }
  /** Follows a part, and what has to be read anew behind a broken element. */
  private follow(part: string): void {
    for (let text: string | undefined = part; text !== undefined; text = this.anew) {
      this.anew = undefined
      this.passage.next(text)
      this.marks.follow(text)
      const start = text.lastIndexOf("\n") + 1
      this.lineStart = `${start === 0 ? this.lineStart : ""}${text.slice(start, start + 80)}`.slice(0, 80)
      this.passage.keep()
      if (this.mode === "read" && this.passage.isLong && !this.isGivenUp) this.mend(0, false)
    }
  }
  /**
   * Reports a broken element, and reads on behind its end where that can be found; elements that it swallowed are then read anew.
   * A text that is too long is looked at once.
   */
  private mend(at: number, isEnd: boolean): boolean {
    const said = this.passage.upTo(at)
    const start = startOf(said)
    const text = said.slice(start, start + maxRow)
    this.isGivenUp = this.passage.isLong
    if (text === "" || this.mends === maxMends) return false
    const close = this.where._tag === "Sequence" ? undefined : this.isMap ? mark.closes : mark.listCloses
    const end = endOfBroken(text, close, isEnd)
    if (end === -1) return false
    this.mends++
    const line = this.passage.line + linesIn(said.slice(0, start))
    this.found.push({ text: text.slice(0, end), value: undefined, name: this.name, line })
    this.anew = said.slice(start + end) + this.passage.part.slice(at)
    this.passage.cutAt(said, start + end)
    this.marks.leaveText()
    this.marks.isBracketsOnly = false
    this.restart()
    return true
  }
  private restart(): void {
    this.name = undefined
    this.foretold = undefined
    this.isGivenUp = false
    this.nesting.restart()
  }
  /** The elements that end with the document. */
  end(): ReadonlyArray<Element> {
    while (this.mode === "read" && this.endsBroken()) this.follow(this.anew!)
    if (this.isBetween) return this.taken()
    if (this.mode === "read") this.break("Cut", 0)
    else if (this.mode === "searched" && (this.documents === 0 || this.way.depth > 0)) {
      this.break(this.way.isOne ? "Missing" : "Cut", 0)
    }
    return this.taken()
  }
  private get isBetween(): boolean {
    return this.where._tag === "Sequence" && this.nesting.depth === 0
  }
  private endsBroken(): boolean {
    if (!this.isBetween) return this.mend(0, true)
    this.emit(0)
    return this.anew !== undefined
  }
  private taken(): ReadonlyArray<Element> {
    const { found } = this
    this.found = []
    return found
  }
  private break(kind: Broken["kind"], at: number): void {
    const said = this.mode === "read" ? this.passage.upTo(at) : ""
    this.broken ??= { kind, line: this.passage.lineAt(at), text: said.slice(startOf(said)) }
  }
  private onMark(code: number, at: number): number {
    if (this.broken !== undefined) return at + 1
    let next = at + 1
    if (code === mark.record && this.where._tag !== "Sequence") next = this.beginDocument(at)
    else if (this.mode === "read") next = this.read(code, at)
    else if (this.mode === "searched") this.search(code, at)
    else this.pass(code)
    this.marks.isBracketsOnly = this.mode === "passed" || (this.mode === "read" && this.nesting.depth > 0)
    return next
  }
  /** Gives what was read up to a place, and says where to go on. */
  private emit(at: number, next = at): number {
    const said = this.passage.upTo(at)
    const start = startOf(said)
    const text = said.slice(start, Math.max(start, endOf(said)))
    if (text !== "") {
      const value = this.foretold?.length === text.length ? this.foretold.value : valueOf(text)
      if (value === undefined && this.mend(at, false)) return this.passage.part.length
      this.found.push({ text, value, name: this.name, line: this.passage.line + linesIn(said.slice(0, start)) })
    }
    this.passage.restart(next)
    this.restart()
    return next
  }
  private read(code: number, at: number): number {
    const { nesting } = this
    if (code === mark.record) {
      if (this.where._tag === "Sequence") return this.emit(at, at + 1)
    } else if (opens(code)) {
      const isNext = nesting.depth === 0 ? nesting.isComplete : this.isNextElement(code, at)
      if (isNext && this.emit(at) !== at) return this.passage.part.length
      if (nesting.depth === 0) return this.begin(code, at)
      nesting.open(code)
    } else if (nesting.depth > 0) {
      if (closes(code)) nesting.close()
    } else if (code === mark.comma) return this.emit(at, at + 1)
    else if (code === mark.colon) this.named(at)
    else if (code === (this.isMap ? mark.closes : mark.listCloses)) return this.leave(at)
    return at + 1
  }
  private begin(code: number, at: number): number {
    this.indent ??= this.indentAt(at)
    const said = this.passage.upTo(at)
    if (code === mark.opens && startOf(said) === said.length) {
      this.foretold = this.shortcut.take(this.passage.part, at, said, this.indent)
      if (this.foretold !== undefined) {
        this.nesting.isComplete = true
        return this.foretold.end
      }
    }
    this.nesting.open(code)
    return at + 1
  }
  private named(at: number): void {
    if (!this.isMap || this.name !== undefined) return
    const said = this.passage.upTo(at)
    this.name = parseName(said.slice(startOf(said), endOf(said)))
    this.passage.restart(at + 1)
    this.foretold = undefined
  }
  private leave(at: number): number {
    if (this.where._tag === "Sequence") return at + 1
    const next = this.emit(at, at + 1)
    if (this.anew !== undefined) return next
    this.way.close()
    if (!this.way.isOne && this.way.depth > 0) this.mode = "searched"
    else this.passOn()
    return next
  }
  /** Whether another element begins here though this one did not end: where no value can stand, on a line that begins as those of others do. */
  private isNextElement(code: number, at: number): boolean {
    if (code !== mark.opens) return false
    const { container, depth, isCut } = this.nesting
    const before = this.passage.before(at)
    if (container === mark.opens && depth === 1 && (before === mark.comma || before === mark.opens)) return true
    if (this.indent === undefined || this.indentAt(at) !== this.indent) return false
    return isCut || (before !== undefined && !mayPrecede(before, container))
  }
  /** What stands before a place on its line, when that is nothing but space and a comma. */
  private indentAt(at: number): string | undefined {
    const { part } = this.passage
    let start = at
    while (start > 0 && isIndent(part.charCodeAt(start - 1)) && at - start < 64) start--
    const before = part.slice(start, at)
    if (start === 0) return /^[\t ,]*$/.test(this.lineStart) ? (this.lineStart + before).replace(",", "") : undefined
    return part.charCodeAt(start - 1) === newline ? before.replace(",", "") : undefined
  }
  private search(code: number, at: number): void {
    if (opens(code)) this.enter(code, at)
    else if (code === mark.quote) this.passage.restart(at)
    else if (code === mark.colon) this.way.name(parseName(this.passage.upTo(at).trimEnd()))
    else if (code === mark.comma) this.way.comma()
    else if (closes(code)) this.exit(at)
  }
  private exit(at: number): void {
    const { missing } = this.way
    if (!this.way.close()) return
    if (this.way.isOne || this.way.depth < 0) return this.break("Missing", at)
    if (missing !== undefined) {
      this.found.push({ text: "", value: undefined, name: undefined, line: this.passage.lineAt(at), missing })
    }
    if (this.way.depth === 0) this.passOn()
  }
  private enter(code: number, at: number): void {
    if (!this.way.open(code)) {
      if (this.way.isInList) this.break("List", at)
      return
    }
    this.isMap = code === mark.opens
    if (this.isMap && this.where._tag === "List") this.break("Object", at)
    this.mode = "read"
    this.nesting.restart()
    this.passage.restart(at + 1)
  }
  /** Another document of a text sequence begins, wherever the one before it was left. */
  private beginDocument(at: number): number {
    if (this.mode === "read") {
      const count = this.found.length
      const next = this.emit(at, at + 1)
      if (this.anew !== undefined) return next
      // Where a list breaks off between two elements, that is told as one.
      if (this.found.length === count) {
        this.found.push({ text: "", value: undefined, name: undefined, line: this.passage.line })
      }
    }
    this.mode = "searched"
    this.way.restart()
    return at + 1
  }
  private pass(code: number): void {
    if (opens(code)) this.way.depth++
    if (closes(code)) this.way.depth--
    this.passOn()
  }
  /** Behind a document another one may follow, as pages of an answer do. */
  private passOn(): void {
    this.mode = this.way.depth > 0 ? "passed" : "searched"
    if (this.way.depth > 0) return
    this.documents++
    this.way.restart()
  }
}
