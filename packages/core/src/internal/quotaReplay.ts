/**
 * The count that the lines of one file say, replayed in their order.
 */
import { type Line, parseLine } from "./quotaEntry.ts"
import { type Counts, makeSlidingDay } from "./slidingDay.ts"

export const makeReplay = (base: Counts | undefined, settled: (id: string, granted: number) => void) => {
  const replay = {
    /** Counts from `base` until a line says with what the file begins. */
    day: makeSlidingDay(base),
    isStarted: false,
    /** Nothing counts any more. */
    isSealed: false,
    isOfOtherVersion: false,
    /** Lines that say nothing. */
    unreadable: 0,
    line: (text: string) => {
      if (replay.isSealed || text === "") return
      const line = parseLine(text)
      if (replay.isStarted) count(line)
      else start(line)
    },
  }
  const start = (line: Line | undefined) => {
    if (line?.op !== "start") return
    replay.isStarted = "counts" in line
    replay.isOfOtherVersion = !replay.isStarted
    if ("counts" in line) replay.day = makeSlidingDay(line)
  }
  const count = (line: Line | undefined) => {
    switch (line?.op) {
      case "take":
        return settled(line.id, replay.day.take(line.count, line.limit, line.at))
      case "add":
        replay.day.add(line.count, line.of, line.at)
        return settled(line.id, 0)
      case "back":
        replay.day.giveBack(line.count, line.of, line.at)
        return settled(line.id, 0)
      case "seal":
        replay.isSealed = true
        return
      case undefined:
        replay.unreadable++
        return
      // Two processes may have begun one file: both with the same sum.
      case "start":
    }
  }
  return replay
}
