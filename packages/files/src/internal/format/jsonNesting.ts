/**
 * How lists and objects are nested in an element of a JSON document.
 */

/** Deeper than any account. What lies below is followed by its brackets alone, since who nests a million lists means to fill the memory. */
const maxDepth = 1024

export class Nesting {
  /** A line ended in the middle of a text. */
  isCut = false
  /** The element has ended, as far as its brackets say. */
  isComplete = false
  depth = 0
  private readonly containers = new Uint8Array(maxDepth)

  open(code: number): void {
    if (this.depth < maxDepth) this.containers[this.depth] = code
    this.depth++
  }
  close(): void {
    this.depth--
    this.isComplete = this.depth === 0
  }
  /** The bracket that opened what is read now. */
  get container(): number | undefined {
    return this.containers[this.depth - 1]
  }
  restart(): void {
    this.depth = 0
    this.isComplete = false
    this.isCut = false
  }
}
