/**
 * What a running import tells. Its token stands in the fragment of the address at first, and in the storage of this page after that; it goes to the
 * server in a header, which server-sent events of the browser cannot do, and so they are read by hand.
 */
import type { Made } from "./Report.ts"
import type { Summary } from "./words.ts"

export interface News {
  readonly made: Made
  readonly summary: Summary
  /** What keeps an import from going on that runs. */
  readonly waiting?: string
}

const place = "aptrinsic token"

/** The token, which is taken out of the address so that nobody copies it with that. */
export const takeToken = (): string => {
  const given = location.hash.slice(1)
  if (given !== "") {
    sessionStorage.setItem(place, given)
    history.replaceState(undefined, "", "/")
  }
  return given === "" ? (sessionStorage.getItem(place) ?? "") : given
}

const ask = (token: string, path: string, init: RequestInit = {}) =>
  fetch(path, { ...init, headers: { authorization: `Bearer ${token}` } })

export const stop = (token: string): Promise<boolean> => ask(token, "/stop", { method: "POST" }).then(({ ok }) => ok)

export interface Told {
  readonly news: (news: News) => void
  /** Takes how often it was tried since the last news. */
  readonly lost: (tries: number) => void
  /** Others watch already; it is tried again. */
  readonly full: () => void
  readonly refused: () => void
}

/** Reads events until there are no more. */
const read = async (response: Response, tell: (news: News) => void) => {
  let text = ""
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    text += value
    const events = text.split("\n\n")
    text = events.pop()!
    // The last of several says all that the others said.
    const last = events.at(-1)
    if (last !== undefined) tell(JSON.parse(last.slice("data: ".length)))
  }
}

/** Tells news until the import ends, and tries again where the connection breaks; returns what ends it. */
export const listen = (token: string, told: Told): (() => void) => {
  const controller = new AbortController()
  let again: ReturnType<typeof setTimeout> | undefined
  let [isOver, tries] = [false, 0]
  const news = (next: News) => {
    isOver = next.summary.state !== "running"
    tries = 0
    told.news(next)
  }
  const retry = () => {
    if (isOver || controller.signal.aborted) return
    told.lost(++tries)
    again = setTimeout(connect, 1000)
  }
  const wait = () => {
    told.full()
    again = setTimeout(connect, 1000)
  }
  const connect = () =>
    ask(token, "/events", { signal: controller.signal }).then((response) => {
      if (response.status === 401 || response.status === 403) return told.refused()
      if (response.status === 429) return wait()
      return response.ok ? read(response, news).then(retry, retry) : retry()
    }, retry)
  void connect()
  return () => {
    clearTimeout(again)
    controller.abort()
  }
}
