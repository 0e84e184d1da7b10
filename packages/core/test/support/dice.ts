/**
 * Chance that can be replayed: every choice of a simulated run is drawn from its seed.
 */

export interface Dice {
  /** From 0, inclusive, to 1, exclusive. */
  readonly next: () => number
  readonly chance: (probability: number) => boolean
  readonly between: (from: number, to: number) => number
  /** A whole number from `from` to `to`, both inclusive. */
  readonly whole: (from: number, to: number) => number
  readonly pick: <A>(choices: ReadonlyArray<A>) => A
}

/** mulberry32: 32 bits of state, which is enough for a run of some thousand choices. */
const mulberry32 = (seed: number) => {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const makeDice = (seed: number): Dice => {
  const next = mulberry32(seed)
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    whole,
    chance: (probability) => next() < probability,
    between: (from, to) => from + next() * (to - from),
    pick: (choices) => choices[whole(0, choices.length - 1)]!,
  }
}
