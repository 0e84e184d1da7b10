/**
 * Which ids a list has shown: 64 bits of each, so that a million takes 16 MB at most. Two ids of a million are taken for one with a chance of
 * one in 36 million.
 */

/** Two lanes of multiply and shift, with an avalanche at the end. */
const hash = (id: string): readonly [high: number, low: number] => {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < id.length; index++) {
    const unit = id.charCodeAt(index)
    high = Math.imul(high ^ unit, 2_654_435_761)
    low = Math.imul(low ^ unit, 1_597_334_677)
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909)
  // 0 is a free slot.
  return [high >>> 0, low >>> 0 || 1]
}

export interface Seen {
  readonly size: () => number
  /** Whether the id is new. */
  readonly add: (id: string) => boolean
}

export const makeSeen = (): Seen => {
  let slots = new Uint32Array(2048)
  let size = 0

  const put = (high: number, low: number): boolean => {
    const mask = slots.length / 2 - 1
    let at = low & mask
    while (slots[2 * at + 1] !== 0) {
      if (slots[2 * at] === high && slots[2 * at + 1] === low) return false
      at = (at + 1) & mask
    }
    slots[2 * at] = high
    slots[2 * at + 1] = low
    return true
  }

  const grow = () => {
    const old = slots
    slots = new Uint32Array(2 * old.length)
    for (let at = 0; at < old.length; at += 2) if (old[at + 1] !== 0) put(old[at]!, old[at + 1]!)
  }

  return {
    size: () => size,
    add: (id) => {
      if (3 * size > slots.length) grow()
      const isNew = put(...hash(id))
      if (isNew) size++
      return isNew
    },
  }
}
