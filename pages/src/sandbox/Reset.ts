/**
 * The reset, which asks once more: there is no way back.
 */
import { useState } from "preact/hooks"
import { html } from "../shared/html.ts"
import { reset } from "./control.ts"
import { useAct } from "./doing.ts"

export const Reset = () => {
  const act = useAct()
  const [asks, ask] = useState(false)
  const go = () => {
    ask(false)
    void act("Back to the start.", reset)
  }
  return asks
    ? html`<span class="buttons" role="group" aria-label="Reset the sandbox">
        <span>Forget the accounts, the requests and all counts?</span>
        <button type="button" class="primary" onClick=${go} ref=${(button: HTMLElement | null) => button?.focus()}>
          Reset
        </button>
        <button type="button" onClick=${() => ask(false)}>Keep</button>
      </span>`
    : html`<button type="button" onClick=${() => ask(true)}>Reset…</button>`
}
