/**
 * How to send something to the sandbox: its key and the lines to paste, each with a button that copies it.
 */
import { Copy } from "../shared/Copy.ts"
import { html } from "../shared/html.ts"

const acme = `{ id: "acme", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] }`

/** The lines for a sandbox at `url`. */
const linesFor = (url: string, apiKey: string): ReadonlyArray<readonly [name: string, lines: string]> => [
  [
    "Shell",
    `export APTRINSIC_BASE_URL=${url}
export APTRINSIC_API_KEY=${apiKey}
aptrinsic accounts create acme --name "Acme Inc" --product-key AP-XXXXXXXXXX-2`,
  ],
  [
    "curl",
    `curl -i ${url}/v1/accounts -H 'X-APTRINSIC-API-KEY: ${apiKey}' -H 'Content-Type: application/json' \\
  -d '{"id":"acme","name":"Acme Inc","propertyKeys":["AP-XXXXXXXXXX-2"]}'`,
  ],
  [
    "Effect",
    `import { Accounts } from "@effect-aptrinsic/core"
import { layerHttpClient } from "@effect-aptrinsic/runtime/node"
import { Effect, Layer, Redacted } from "effect"

const px = Accounts.layer({ apiKey: Redacted.make("${apiKey}"), baseUrl: "${url}" })
const acme = ${acme}
const create = Effect.provide(Accounts.createAccount(acme), Layer.provide(px, layerHttpClient()))
console.log(await Effect.runPromise(create))`,
  ],
]

export interface ConnectProps {
  /** Nothing where the sandbox has keys of its own, which no page shows. */
  readonly apiKey: string | undefined
  readonly isOpen: boolean
}

export const Connect = ({ apiKey, isOpen }: ConnectProps) => html`
  <details class="card connect" open=${isOpen}>
    <summary><h2>Send something to it</h2></summary>
    <dl class="pairs">
      <dt>Address</dt>
      <dd><code>${location.origin}</code> <${Copy} name="the address" text=${location.origin} /></dd>
      <dt>Key</dt>
      <dd>
        ${
          apiKey === undefined
            ? html`<span class="dim">the one that it was started with</span>`
            : html`<code>${apiKey}</code> <${Copy} name="the key" text=${apiKey} />
                <span class="dim"> not a secret</span>`
        }
      </dd>
    </dl>
    ${linesFor(location.origin, apiKey ?? "YOUR-KEY").map(
      ([name, lines]) => html`
        <section class="lines" key=${name}>
          <div class="bar">
            <h3>${name}</h3>
            <${Copy} name=${`the lines for ${name}`} text=${lines} />
          </div>
          <pre tabindex="0" aria-label=${`The lines for ${name}`}>${lines}</pre>
        </section>
      `,
    )}
  </details>
`
