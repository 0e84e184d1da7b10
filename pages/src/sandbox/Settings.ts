/**
 * The switches of the sandbox: its limits, how they count, and its latency. Each takes effect when it is left.
 */
import { useId, useState } from "preact/hooks"
import { html } from "../shared/html.ts"
import { type Limits, setLatency, setLimits, type State } from "./control.ts"
import { useAct } from "./doing.ts"

interface NumberFieldProps {
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly min: number
  readonly max: number
  readonly apply: (value: number) => void
}

/** Shows what is in force until something is typed, and again once that is applied. */
const NumberField = ({ apply, max, min, name, unit, value }: NumberFieldProps) => {
  const id = useId()
  const [draft, setDraft] = useState<string>()
  const leave = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
    setDraft(undefined)
    if (currentTarget.reportValidity() && currentTarget.value !== "") apply(Number(currentTarget.value))
  }
  return html`
    <label for=${id}>${name}</label>
    <span>
      <input
        id=${id}
        type="number"
        required
        min=${min}
        max=${max}
        step="1"
        value=${draft ?? String(value)}
        onInput=${({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => setDraft(currentTarget.value)}
        onChange=${leave}
      />
      <span class="dim"> ${unit}</span>
    </span>
  `
}

const windows = ["sliding", "fixed", "token-bucket"] as const
type Limit = NonNullable<Limits["perSecond"]>

interface LimitFieldsProps {
  readonly name: string
  readonly unit: string
  readonly limit: Limit | null
  readonly usual: Limit
  readonly apply: (limit: Limit | null) => void
}

const LimitFields = ({ apply, limit, name, unit, usual }: LimitFieldsProps) => {
  const id = useId()
  const change = ({ currentTarget }: { readonly currentTarget: HTMLSelectElement }) => {
    const { burst: _burst, ...kept } = limit ?? usual
    apply({ ...kept, window: currentTarget.value as (typeof windows)[number] })
  }
  return html`
    <fieldset>
      <legend>
        <label>
          <input
            type="checkbox"
            checked=${limit !== null}
            onChange=${() => apply(limit === null ? usual : null)}
          />${name}
        </label>
      </legend>
      ${
        limit !== null &&
        html`
          <div class="fields">
            <${NumberField}
              name="At most"
              unit=${unit}
              min=${1}
              max=${100_000_000}
              value=${limit.requests}
              apply=${(requests: number) => apply({ ...limit, requests })}
            />
            <label for=${id}>Counted</label>
            <select id=${id} value=${limit.window ?? "sliding"} onChange=${change}>
              ${windows.map((window) => html`<option value=${window}>${window}</option>`)}
            </select>
            ${
              limit.window === "token-bucket" &&
              html`<${NumberField}
                name="Burst"
                unit="at once"
                min=${1}
                max=${100_000_000}
                value=${limit.burst ?? limit.requests}
                apply=${(burst: number) => apply({ ...limit, burst })}
              />`
            }
          </div>
        `
      }
    </fieldset>
  `
}

export const Settings = ({ state: { latency, limits } }: { readonly state: State }) => {
  const act = useAct()
  const set = (changed: Partial<Limits>) => void act("The limits are set.", () => setLimits({ ...limits, ...changed }))
  return html`
    <section class="card settings" aria-labelledby="settings">
      <h2 id="settings">Limits and latency</h2>
      <${LimitFields}
        name="Limit of a second"
        unit="requests"
        limit=${limits.perSecond ?? null}
        usual=${{ requests: 200 }}
        apply=${(perSecond: Limit | null) => set({ perSecond })}
      />
      <${LimitFields}
        name="Quota of a day"
        unit="requests"
        limit=${limits.perDay ?? null}
        usual=${{ requests: 1_000_000 }}
        apply=${(perDay: Limit | null) => set({ perDay })}
      />
      <label>
        <input
          type="checkbox"
          checked=${limits.retryAfter}
          onChange=${() => set({ retryAfter: limits.retryAfter !== true })}
        />
        A 429 says <code>Retry-After</code>
      </label>
      <div class="fields">
        <${NumberField}
          name="Latency"
          unit="ms"
          min=${0}
          max=${600_000}
          value=${latency}
          apply=${(milliseconds: number) => void act("The latency is set.", () => setLatency(milliseconds))}
        />
      </div>
    </section>
  `
}
