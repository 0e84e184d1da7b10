/**
 * The reset, which asks once more: there is no way back.
 */
import { useEffect, useRef, useState } from "preact/hooks"
import { html } from "../shared/html.ts"
import { reset } from "./control.ts"
import { useAct } from "./doing.ts"

export const Reset = () => {
  const act = useAct()
  const [asks, ask] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const isNew = useRef(true)
  // The button that was pressed goes away: the focus stays here instead of going back to the top.
  useEffect(() => {
    if (!isNew.current) button.current?.focus()
    isNew.current = false
  }, [asks])
  const go = () => {
    ask(false)
    void act("Back to the start.", reset)
  }
  return asks
    ? html`<span class="buttons" role="group" aria-label="Reset the sandbox">
        <span>Forget the accounts, the requests and all counts?</span>
        <button type="button" class="primary" onClick=${go} ref=${button}>Reset</button>
        <button type="button" onClick=${() => ask(false)}>Keep</button>
      </span>`
    : html`<button type="button" onClick=${() => ask(true)} ref=${button}>Reset…</button>`
}
