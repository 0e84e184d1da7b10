/**
 * The page of the sandbox.
 */
import { render } from "preact"
import { html } from "../shared/html.ts"

render(html`<main><h1>aptrinsic sandbox</h1></main>`, document.body)
