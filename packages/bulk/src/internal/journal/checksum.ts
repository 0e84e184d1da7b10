/**
 * Short checksums of texts, against accidents and careless edits; nobody is kept from computing them anew.
 */

/** FNV-1a over the UTF-16 code units: a text that differs in one of them never has the same. */
export const hash = (text: string, seed = 0): number => {
  let sum = 0x811c9dc5 ^ seed
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193)
  return sum >>> 0
}

const tail = /,"check":"([0-9a-z]+)"\}$/

/** The text of an object with a member more: the checksum of everything before it. */
export const seal = (object: string, seed: number): string => {
  const content = object.slice(0, -1)
  return `${content},"check":"${hash(content, seed).toString(36)}"}`
}

/** Whether a text is as `seal` made it. */
export const isSealed = (text: string, seed: number): boolean => {
  const found = tail.exec(text)
  return found !== null && hash(text.slice(0, found.index), seed).toString(36) === found[1]
}
