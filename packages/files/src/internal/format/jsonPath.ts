/**
 * Where something lies in a JSON document: names with dots between them, or a JSON pointer (RFC 6901); and the way there, mark by mark.
 */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import { mark } from "./jsonMarks.ts"

/** `result.records`, or `/result/records`; the document itself is an empty path. */
export const parsePath = (rows: string): ReadonlyArray<string> => {
  if (rows === "" || rows === "/") return []
  return rows.startsWith("/")
    ? rows
        .slice(1)
        .split("/")
        .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"))
    : rows.split(".")
}

const escaped = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1")

/** A path as `--rows` takes it. */
export const formatPath = (path: ReadonlyArray<string>): string =>
  path.some((name) => name.includes(".") || name.startsWith("/")) ? `/${path.map(escaped).join("/")}` : path.join(".")

/** The name that a text in quotes gives, as far as it can be read. */
export const parseName = (text: string): string => {
  const parsed = Result.try(() => JSON.parse(text) as unknown)
  return Result.isSuccess(parsed) && Predicate.isString(parsed.success) ? parsed.success : text
}

/** The way through a document to the container at a path. */
export class Way {
  /** How many containers are open. */
  depth = 0
  private onPath = 0
  private isList = false
  private index = 0
  private isNext = false
  private readonly path: ReadonlyArray<string>

  constructor(path: ReadonlyArray<string>) {
    this.path = path
  }
  /** Enters a container; says whether it is the one at the end of the path. */
  open(code: number): boolean {
    const isNext = this.depth === this.onPath && (this.depth === 0 || this.isNext)
    this.depth++
    if (!isNext) return false
    this.onPath++
    this.isList = code === mark.listOpens
    this.index = 0
    this.isNext = this.isList && this.path[this.onPath - 1] === "0"
    return this.onPath > this.path.length
  }
  /** Leaves a container; says whether it lay on the path, or was never entered. */
  close(): boolean {
    const isOnPath = this.depth <= this.onPath
    this.depth--
    if (isOnPath) this.onPath--
    return isOnPath
  }
  restart(): void {
    this.depth = 0
    this.onPath = 0
    this.isNext = false
  }
  name(name: string): void {
    if (this.depth === this.onPath && this.depth > 0 && !this.isList) this.isNext = name === this.path[this.onPath - 1]
  }
  comma(): void {
    if (this.depth !== this.onPath) return
    this.index++
    this.isNext = this.isList && String(this.index) === this.path[this.onPath - 1]
  }
}
