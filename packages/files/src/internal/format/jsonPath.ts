/**
 * Where something lies in a JSON document: names with dots between them, or a JSON pointer (RFC 6901); and the way there, mark by mark.
 */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import { mark } from "./jsonMarks.ts"

/** `result.records`, or `/result/records`; the document itself is an empty path. `edges[]`, as jq writes it, is `edges.*`. */
export const parsePath = (rows: string): ReadonlyArray<string> => {
  if (rows === "" || rows === "/") return []
  return rows.startsWith("/")
    ? rows
        .slice(1)
        .split("/")
        .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"))
    : rows
        .replaceAll(/\.?\[\*?\]/g, ".*")
        .replace(/^\./, "")
        .split(".")
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

/** A container on the way: how far its list is read, or nothing of an object. */
interface Step {
  index: number | undefined
  /** Whether it held the next one. */
  hasLed: boolean
}

/** The way through a document to the containers at a path, of which a `*` in it may make several. */
export class Way {
  /** How many containers are open. */
  depth = 0
  /** Whether every container on the path has to lead to its end. */
  readonly isOne: boolean
  private readonly path: ReadonlyArray<string>
  private readonly steps: Array<Step> = []
  private isNext = false

  constructor(path: ReadonlyArray<string>) {
    this.path = path
    this.isOne = !path.includes("*")
  }
  private get isOnPath(): boolean {
    return this.depth === this.steps.length
  }
  private isNamed(name: string): boolean {
    const wanted = this.path[this.depth - 1]
    return wanted === "*" || wanted === name
  }
  /** Whether a list was entered where a name leads on. */
  get isInList(): boolean {
    return this.isOnPath && this.steps.at(-1)?.index === 0 && !/^(?:\*|\d+)$/.test(this.path[this.depth - 1]!)
  }
  /** The name that leads on from the container that is read, when it lies on the path and has not led anywhere. */
  get missing(): string | undefined {
    const step = this.isOnPath ? this.steps.at(-1) : undefined
    const name = this.path[this.depth - 1]
    return step === undefined || step.hasLed || step.index !== undefined || name === "*" ? undefined : name
  }
  /** Enters a container; says whether it is one at the end of the path. */
  open(code: number): boolean {
    const isNext = this.isOnPath && (this.depth === 0 || this.isNext)
    this.depth++
    if (!isNext) return false
    const index = code === mark.listOpens ? 0 : undefined
    const from = this.steps.at(-1)
    if (from !== undefined) from.hasLed = true
    this.steps.push({ index, hasLed: false })
    this.isNext = index === 0 && this.isNamed("0")
    return this.depth > this.path.length
  }
  /** Leaves a container; says whether it lay on the path, or was never entered. */
  close(): boolean {
    const { isOnPath } = this
    this.depth--
    this.isNext = false
    if (isOnPath) this.steps.pop()
    return isOnPath
  }
  restart(): void {
    this.depth = 0
    this.steps.length = 0
    this.isNext = false
  }
  name(name: string): void {
    if (this.isOnPath && this.steps.at(-1)?.index === undefined) this.isNext = this.isNamed(name)
  }
  comma(): void {
    const step = this.isOnPath ? this.steps.at(-1) : undefined
    if (step === undefined) return
    if (step.index === undefined) this.isNext = false
    else this.isNext = this.isNamed(String(++step.index))
  }
}
