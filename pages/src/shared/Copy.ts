/**
 * A button that copies a text, and says so where it is seen and heard.
 */
import { useState } from "preact/hooks"
import { html } from "./html.ts"

export const Copy = ({ name, text }: { readonly name: string; readonly text: string }) => {
  const [said, say] = useState("Copy")
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say("Copied"),
      // A browser may refuse it: the text stands beside the button.
      () => say("Select it by hand"),
    )
  return html`<button
    type="button"
    class="small"
    aria-label=${`${said} ${name}`}
    onClick=${copy}
    onBlur=${() => say("Copy")}
  >
    <span aria-live="polite">${said}</span>
  </button>`
}
