/**
 * The two forms of a Salesforce id: 15 characters whose case matters, and 18, of which the last three say where the capitals stand.
 */

const short = /^[a-z0-9]{15}$/i
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"

/** A bit for each capital of five characters. */
const checkOf = (id: string, from: number): string => {
  let bits = 0
  for (let at = 0; at < 5; at++) {
    const unit = id.charCodeAt(from + at)
    if (unit >= 65 && unit <= 90) bits |= 1 << at
  }
  return alphabet[bits]!
}

const checksOf = (id: string) => `${checkOf(id, 0)}${checkOf(id, 5)}${checkOf(id, 10)}`

/** An id of 15 characters as the one of 18; any other text as it is. */
export const completeId = (text: string): string => (short.test(text) ? `${text}${checksOf(text)}` : text)

/** The 15 characters of an id of 18 whose last three are right. */
export const shortened = (text: string): string | undefined => {
  if (text.length !== 18) return undefined
  const id = text.slice(0, 15)
  return text.endsWith(checksOf(id)) && short.test(id) ? id : undefined
}
