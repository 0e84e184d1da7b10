/**
 * The page of the sandbox: what it was asked and holds, live, and its switches. It uses the control endpoints, like tests do.
 */
// oxlint-disable-next-line import/no-unassigned-import -- it has to be loaded before the plots
import "../shared/language.ts"
import { render } from "preact"
import { useEffect, useMemo, useState } from "preact/hooks"
import { visible } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import { Accounts } from "./Accounts.ts"
import { Connect } from "./Connect.ts"
import { type Doing, DoingContext } from "./doing.ts"
import { Faults } from "./Faults.ts"
import { Figures } from "./Figures.ts"
import { useLive, type World } from "./live.ts"
import { Log } from "./Log.ts"
import { RatePlot } from "./RatePlot.ts"
import { Reset } from "./Reset.ts"
import { Settings } from "./Settings.ts"

const apiKey = document.querySelector<HTMLMetaElement>("meta[name=api-key]")?.content

const connections: Readonly<Record<World["connection"], readonly [look: string, words: string]>> = {
  connecting: ["dim", "connecting"],
  live: ["good", "live"],
  lost: ["bad", "does not answer, trying again"],
}

interface Told {
  readonly look: "good" | "bad"
  readonly words: string
}

/** Milliseconds for which it is said what was done; later it may not hold any more. */
const toldFor = 10_000

const useDoing = (): readonly [Told | undefined, Doing] => {
  const [told, tell] = useState<Told>()
  useEffect(() => {
    const timer = setTimeout(() => tell(undefined), toldFor)
    return () => clearTimeout(timer)
  }, [told])
  const doing = useMemo((): Doing => {
    const act: Doing["act"] = (done, what) =>
      what().then(
        () => {
          tell({ look: "good", words: done })
          return undefined
        },
        (error: unknown) => {
          const why = visible(error instanceof Error ? error.message : String(error), 400)
          tell({ look: "bad", words: `Not done: ${why}` })
          return why
        },
      )
    return { act }
  }, [])
  return [told, doing]
}

const Header = ({
  connection,
  told,
}: {
  readonly connection: World["connection"]
  readonly told: Told | undefined
}) => {
  const [look, words] = connections[connection]
  return html`
    <header>
      <h1>aptrinsic sandbox</h1>
      <span class=${`connection ${look}`} role="status">${words}</span>
      <span class=${`told ${told?.look ?? ""}`} role="status">${told?.words ?? ""}</span>
      <nav aria-label="Documentation"><a href="/docs">API</a><a href="/sandbox/docs">Control endpoints</a></nav>
      <${Reset} />
    </header>
  `
}

const Sandbox = () => {
  const world = useLive()
  const [told, doing] = useDoing()
  const { state } = world
  // Open for somebody who comes to an empty one, and theirs from then on.
  const isNew = useMemo(() => state?.requests.total === 0, [state !== undefined])
  return html`
    <${DoingContext.Provider} value=${doing}>
      <${Header} connection=${world.connection} told=${told} />
      ${
        state !== undefined &&
        html`
          <main>
            <${Figures} state=${state} />
            <${Connect} apiKey=${apiKey} isOpen=${isNew} />
            <${RatePlot} rates=${world.rates} limit=${state.limits.perSecond?.requests} />
            <div class="columns">
              <div class="switches"><${Settings} state=${state} /><${Faults} state=${state} /></div>
              <div class="lists">
                <${Log} world=${world} />
                <${Accounts} total=${state.accounts} changed=${state.requests.outcomes.updated} />
              </div>
            </div>
          </main>
        `
      }
    </${DoingContext.Provider}>
  `
}

document.body.replaceChildren()
render(html`<${Sandbox} />`, document.body)
