/** What sections of a report are made of. */
import { useState } from "preact/hooks"
import { type Content, html } from "../shared/html.ts"

/** A part of the report under a heading, which names it. */
export const Section = (id: string, title: string, ...content: ReadonlyArray<Content>) => html`
  <section class="card" aria-labelledby=${id}>
    <h2 id=${id}>${title}</h2>
    ${content}
  </section>
`

/** A part that is made when it is opened: a table of hundreds of lines costs nobody who does not look. */
export const Details = ({
  isOpen = false,
  make,
  summary,
}: {
  readonly isOpen?: boolean
  readonly make: () => Content
  readonly summary: Content
}) => {
  const [wasOpened, setOpened] = useState(isOpen)
  return html`
    <details
      open=${isOpen}
      onToggle=${(event: Event) => (event.currentTarget as HTMLDetailsElement).open && setOpened(true)}
    >
      <summary>${summary}</summary>
      ${wasOpened && make()}
    </details>
  `
}

/** A bar of a part from 0 to 1, before the words that say the same. */
export const Bar = (part: number, tone: string, words?: string) => html`
  <span class="measure">
    <span class="track" aria-hidden="true">
      <span class=${`bar ${tone}`} style=${{ width: `${Math.max(0.5, part * 100)}%` }}></span>
    </span>
    ${words}
  </span>
`
