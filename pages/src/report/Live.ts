/** The report of an import that runs: the news of its server, and a button that stops it. */
import { useEffect, useRef, useState } from "preact/hooks"
import { visible } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import { answerOf } from "./Headline.ts"
import { listen, type News, stop } from "./news.ts"
import { Report } from "./Report.ts"
import { ended, total } from "./words.ts"

type Connection = "connecting" | "live" | "lost" | "gone" | "over" | "full" | "refused"

const words: { readonly [connection in Connection]: readonly [tone: string, text: string] } = {
  connecting: ["dim", "connecting"],
  live: ["good", "live"],
  lost: ["warn", "no answer, trying again"],
  gone: ["warn", "The command does not answer any more: aptrinsic report FILE tells how far the import came."],
  over: ["dim", "The import has ended. This page stays as it is until it is closed."],
  full: ["warn", "Too many pages watch this import already: close one of them, and this one goes on."],
  refused: ["bad", "This address is not of the import that runs: take the one that the command printed."],
}

/** Tries after which the command is taken for gone; the page goes on trying. */
const patience = 5

/** The words that are spoken: the tenths of the run, since nobody can listen to its seconds, and its end. */
const heard = ({ summary }: News): string => {
  if (summary.state !== "running") return answerOf(summary).sentence
  const tenths = Math.floor((10 * ended(summary.counts)) / Math.max(1, total(summary)))
  return `${tenths * 10} % of the rows are done.`
}

/** Asks once more before it stops. */
const Stop = ({ isStopping, onStop }: { readonly isStopping: boolean; readonly onStop: () => void }) => {
  const [isAsked, ask] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const isNew = useRef(true)
  // The button that was pressed goes away: the focus goes on to the one in its place.
  useEffect(() => {
    if (!isNew.current) button.current?.focus()
    isNew.current = false
  }, [isAsked])
  if (isStopping) return html`<span role="status">Stopping: the answers to requests in flight are awaited.</span>`
  if (!isAsked) return html`<button type="button" ref=${button} onClick=${() => ask(true)}>Stop the import…</button>`
  return html`<span class="buttons" role="group" aria-label="Stop the import">
    <span>The same command continues it later.</span>
    <button type="button" class="primary" ref=${button} onClick=${onStop}>Stop</button>
    <button type="button" onClick=${() => ask(false)}>Go on</button>
  </span>`
}

export const Live = ({ token }: { readonly token: string }) => {
  const [news, setNews] = useState<News>()
  const [connection, setConnection] = useState<Connection>("connecting")
  const [isStopping, setStopping] = useState(false)
  useEffect(() => {
    const leave = listen(token, {
      news: (next) => {
        setNews(next)
        setConnection(next.summary.state === "running" ? "live" : "over")
      },
      lost: (tries) => setConnection(tries < patience ? "lost" : "gone"),
      full: () => setConnection("full"),
      refused: () => setConnection("refused"),
    })
    return leave
  }, [])
  const [tone, text] = words[connection]
  const end = () => {
    setStopping(true)
    void stop(token).then(setStopping, () => setStopping(false))
  }
  return html`
    <div>
      <div class="live screen-only" role="region" aria-label="This run">
        <span class=${tone} role="status">${text}</span>
        ${
          connection === "live" &&
          news?.waiting !== undefined &&
          html`<span class="warn">${visible(news.waiting, 200)}</span>`
        }
        ${connection === "live" && html`<${Stop} isStopping=${isStopping} onStop=${end} />`}
      </div>
      <p class="only-heard" role="status">${news !== undefined && heard(news)}</p>
      ${news !== undefined && html`<${Report} ...${news} />`}
    </div>
  `
}
