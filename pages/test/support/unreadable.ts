/** Finds what a person cannot read of a page as it is: a text that is cut off, lies beyond the screen, or stands on another one. */
import type { Page } from "../browser.ts"

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Looks at the lines of all texts, and at the fields; runs in the page. What can be scrolled to is not cut off. */
const look = (): ReadonlyArray<string> => {
  const problems: Array<string> = []
  const seen: Array<{ readonly text: string; readonly box: Box }> = []
  const common = (one: Box, other: Box): Box => ({
    left: Math.max(one.left, other.left),
    right: Math.min(one.right, other.right),
    top: Math.max(one.top, other.top),
    bottom: Math.min(one.bottom, other.bottom),
  })
  const width = ({ left, right }: Box) => right - left
  const height = ({ bottom, top }: Box) => bottom - top
  /** What the boxes around a place leave of it; nothing of what is only heard. */
  const left = (text: string, element: Element, place: Box): Box | undefined => {
    let box = place
    for (let each: Element | null = element; each !== null && each !== document.body; each = each.parentElement) {
      const { clipPath, overflowX, overflowY } = getComputedStyle(each)
      if (clipPath !== "none") return undefined
      if (overflowX === "visible") continue
      const inner = common(box, each.getBoundingClientRect())
      const isLess = width(inner) < width(box) - 1 || height(inner) < height(box) - 1
      if (isLess && [overflowX, overflowY].includes("hidden")) problems.push(`${text} is cut off`)
      box = inner
    }
    return width(box) < 1 || height(box) < 1 ? undefined : box
  }
  const add = (text: string, element: Element, place: Box) => {
    const box = left(text, element, place)
    if (box === undefined) return
    const isBeyond = box.left < 0 || box.right > document.documentElement.clientWidth + 1
    if (isBeyond) problems.push(`${text} is beyond the screen`)
    seen.push({ text, box })
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const [element, text] = [node.parentElement!, node.textContent!.trim()]
    if (text === "" || !element.checkVisibility({ visibilityProperty: true })) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const place of range.getClientRects()) add(text, element, place)
  }
  for (const field of document.querySelectorAll("input, select, textarea")) {
    if (!field.checkVisibility({ visibilityProperty: true })) continue
    const name = field.getAttribute("aria-label") ?? field.id
    if (field.scrollWidth > field.clientWidth + 1) problems.push(`${name} is too narrow for its value`)
    add(name, field, field.getBoundingClientRect())
  }
  seen.forEach(({ box, text }, index) => {
    for (const other of seen.slice(index + 1)) {
      const both = common(box, other.box)
      // The boxes of two lines may touch where their letters do not.
      if (width(both) > 1 && height(both) > 3) problems.push(`${text} stands on ${other.text}`)
    }
  })
  return problems
}

export const unreadable = (page: Page): Promise<ReadonlyArray<string>> => page.evaluate(look)
