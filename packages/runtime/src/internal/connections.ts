/**
 * The connections to one origin: each carries one request at a time and rests before the next one.
 *
 * An answer of HTTP/1.1 names no request. A second answer that a broken proxy sends is told from the answer to the next
 * request only while no request is out, so a connection is idle for a while before it is used again: what arrives then
 * closes it (undici and Deno's fetch both see to that).
 */
import { performance } from "node:perf_hooks"
import { clearTimeout, setImmediate, setTimeout } from "node:timers"

export interface Connections<Connection> {
  /** Hands a connection over, at once or as soon as one may be used, or none when they are closed; returns how to give up waiting. */
  readonly take: (use: (connection: Connection | undefined) => void) => () => void
  /** Takes a connection back, to use it again if it is sound. */
  readonly give: (connection: Connection, isSound: boolean) => void
  /** Lets go of every connection, used or idle, for the caller to close, and opens no others from then on. */
  readonly clear: () => ReadonlyArray<Connection>
}

export interface ConnectionsOptions<Connection> {
  readonly open: () => Connection
  readonly close: (connection: Connection) => void
  /** How many connections there are at most. */
  readonly size: number
  /** Milliseconds between an answer and the next request on its connection. */
  readonly rest: number
  /** Milliseconds after which an idle connection is closed; 0 uses every connection once. */
  readonly keepAlive: number
}

/** The connections that rest after an answer; `rested` gets each when its `rest` is over. */
const makeResting = <Connection>(rest: number, rested: (connection: Connection) => void) => {
  const timers = new Set<ReturnType<typeof setTimeout>>()
  return {
    add: (connection: Connection) => {
      if (rest === 0) return rested(connection)
      const timer = setTimeout(() => {
        timers.delete(timer)
        // A process that was not given its turn for a while has not read yet what came meanwhile.
        setImmediate(rested, connection)
      }, rest)
      timers.add(timer)
    },
    clear: () => {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}

export const makeConnections = <Connection>({
  close,
  keepAlive,
  open,
  rest,
  size,
}: ConnectionsOptions<Connection>): Connections<Connection> => {
  const all = new Set<Connection>()
  /** Those that have rested, in that order, and since when. */
  const idle: Array<{ readonly connection: Connection; readonly since: number }> = []
  const waiting = new Set<(connection: Connection | undefined) => void>()
  let isClosed = false

  const drop = (connection: Connection) => {
    all.delete(connection)
    close(connection)
  }

  const next = (): Connection | undefined => {
    const oldest = performance.now() - keepAlive
    while (idle.length > 0 && idle[0]!.since < oldest) drop(idle.shift()!.connection)
    if (idle.length > 0) return idle.shift()!.connection
    if (all.size >= size) return undefined
    const opened = open()
    all.add(opened)
    return opened
  }

  const serve = (): void => {
    for (const use of waiting) {
      const connection = isClosed ? undefined : next()
      if (connection === undefined && !isClosed) return
      waiting.delete(use)
      use(connection)
    }
  }

  const rested = (connection: Connection) => {
    if (!all.has(connection)) return
    idle.push({ connection, since: performance.now() })
    serve()
  }

  const resting = makeResting(rest, rested)

  return {
    take: (use) => {
      waiting.add(use)
      serve()
      return () => void waiting.delete(use)
    },
    give: (connection, isSound) => {
      if (!all.has(connection)) return
      if (!isSound || keepAlive === 0) {
        drop(connection)
        return serve()
      }
      resting.add(connection)
    },
    clear: () => {
      const connections = [...all]
      all.clear()
      idle.length = 0
      resting.clear()
      isClosed = true
      serve()
      return connections
    },
  }
}
