/**
 * What the sandbox tells while it runs, as server-sent events. A page that is not seen closes them, and catches up when it is seen again; where
 * many are seen at once, only the first of them keep their connections.
 */
import { useEffect, useState } from "preact/hooks"
import type { Entry, Event, Rate, State } from "./control.ts"

export interface World {
  readonly connection: "connecting" | "live" | "lost"
  readonly state: State | undefined
  readonly latest: number
  /** The last requests, newest last. */
  readonly requests: ReadonlyArray<Entry>
  /** How many requests were not told since the page came, because more came than it can show. */
  readonly leftOut: number
  readonly rates: ReadonlyArray<Rate>
}

/** How many requests are kept on the page. */
const kept = 100

const seconds = 300

const nothing: World = { connection: "connecting", state: undefined, latest: 0, requests: [], leftOut: 0, rates: [] }

/** The world after an event. */
const next = (world: World, { latest, rates, requests, skipped, state }: Event): World => {
  const isAnother = latest < world.latest || state.requests.total < (world.state?.requests.total ?? 0)
  const before = isAnother ? nothing : world
  const told = new Set(rates.map(({ second }) => second))
  return {
    connection: "live",
    state,
    latest,
    requests: [...before.requests, ...requests].slice(-kept),
    // A page that has just come shows the last requests; those before them are not a gap.
    leftOut: before.state === undefined ? 0 : before.leftOut + skipped,
    rates: [...before.rates.filter(({ second }) => !told.has(second)), ...rates].slice(-seconds),
  }
}

/** Pages of a browser that keep their connections. It has six to a server for all of them, and the others need some to ask for anything. */
const keeping = 3

/** Takes one of the places of those that keep their connections, until `left`; succeeds with whether there was one. */
const takePlace = async (left: AbortSignal): Promise<boolean> => {
  for (let place = 0; place < keeping && !left.aborted; place++) {
    const isMine = await new Promise<boolean>((resolve) => {
      const held = navigator.locks.request(`events ${place}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null)
        if (lock === null || left.aborted) return undefined
        return new Promise((release) => left.addEventListener("abort", release))
      })
      // A browser that has no locks for this page has no other pages to share with.
      held.catch(() => resolve(true))
    })
    if (isMine) return true
  }
  return false
}

/** Milliseconds until a connection is opened again: one that broke, or that is not kept. */
const rest = 1_000

/** Tells `seen` of each event until it is ended. */
const listen = (seen: (change: (world: World) => World) => void) => {
  let source: EventSource | undefined
  let latest = 0
  let again: ReturnType<typeof setTimeout> | undefined
  let leaving = new AbortController()
  const close = () => {
    clearTimeout(again)
    leaving.abort()
    source?.close()
    source = undefined
  }
  const openLater = () => {
    close()
    again = setTimeout(open, rest)
  }
  const connect = (isKept: boolean) => {
    source = new EventSource(`/sandbox/events?after=${latest}`)
    source.addEventListener("message", ({ data }) => {
      const event: Event = JSON.parse(String(data))
      latest = event.latest
      seen((world) => next(world, event))
      // The first event tells all that was missed.
      if (!isKept) openLater()
    })
    source.addEventListener("error", () => {
      openLater()
      seen((world) => ({ ...world, connection: "lost" }))
    })
  }
  const open = () => {
    close()
    if (document.hidden) return
    leaving = new AbortController()
    const { signal } = leaving
    void takePlace(signal).then((isKept) => {
      if (!signal.aborted) connect(isKept)
    })
  }
  document.addEventListener("visibilitychange", open)
  open()
  return () => {
    document.removeEventListener("visibilitychange", open)
    close()
  }
}

export const useLive = (): World => {
  const [world, change] = useState(nothing)
  useEffect(() => listen(change), [])
  return world
}
