/**
 * The switches of the sandbox: its limits, how they count, and its latency. Each takes effect when it is left.
 */
import { useEffect, useId, useState } from "preact/hooks"
import { type Content, html } from "../shared/html.ts"
import { changeLimit, changeLimits, type Limits, setLatency, type State } from "./control.ts"
import { useAct } from "./doing.ts"

/**
 * Shows what was chosen until the sandbox tells that it is in force: else a switch would go back for a moment. It does where the sandbox refuses.
 */
const useChosen = <A>(value: A): readonly [A, (chosen: A | undefined) => void] => {
  const [chosen, choose] = useState<A>()
  useEffect(() => choose(undefined), [value])
  useEffect(() => {
    if (chosen === undefined) return undefined
    const timer = setTimeout(() => choose(undefined), 2_000)
    return () => clearTimeout(timer)
  }, [chosen])
  return [chosen ?? value, choose]
}

interface SwitchProps {
  readonly isOn: boolean
  readonly children: Content
  readonly apply: (isOn: boolean) => void
}

const Switch = ({ apply, children, isOn }: SwitchProps) => {
  const [shown, choose] = useChosen(isOn)
  const onChange = () => {
    choose(!shown)
    apply(!shown)
  }
  return html`<label><input type="checkbox" checked=${shown} onChange=${onChange} />${children}</label>`
}

interface NumberFieldProps {
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly min: number
  readonly max: number
  /** Succeeds with why the value is refused. */
  readonly apply: Apply<number>
}

type Apply<A> = (value: A) => Promise<string | undefined>

/** Shows what is in force until something is typed, and again once that is applied; what is refused stays, with the reason. */
const NumberField = ({ apply, max, min, name, unit, value }: NumberFieldProps) => {
  const id = useId()
  const [chosen, choose] = useChosen(value)
  const [typed, type] = useState<string>()
  const [refusal, refuse] = useState<string>()
  const leave = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
    const given = currentTarget.value
    refuse(undefined)
    type(undefined)
    if (given === "") return
    choose(Number(given))
    void apply(Number(given)).then((why) => {
      if (why === undefined) return
      refuse(why)
      type(given)
    })
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
        aria-invalid=${refusal !== undefined}
        aria-describedby=${refusal === undefined ? undefined : `${id}-refusal`}
        value=${typed ?? String(chosen)}
        onInput=${({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => type(currentTarget.value)}
        onChange=${leave}
      />
      <span class="dim"> ${unit}</span>
      ${refusal !== undefined && html`<span class="bad refusal" id=${`${id}-refusal`}>${refusal}</span>`}
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
  readonly change: Apply<(limit: Limit) => Limit | null>
}

const LimitFields = ({ change, limit, name, unit, usual }: LimitFieldsProps) => {
  const id = useId()
  const [counted, choose] = useChosen(limit?.window ?? "sliding")
  const count = ({ currentTarget }: { readonly currentTarget: HTMLSelectElement }) => {
    const window = currentTarget.value as (typeof windows)[number]
    choose(window)
    void change(({ burst: _burst, ...kept }) => ({ ...kept, window }))
  }
  return html`
    <fieldset>
      <legend>
        <${Switch} isOn=${limit !== null} apply=${(isOn: boolean) => void change(() => (isOn ? usual : null))}
          >${name}</${Switch}
        >
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
              apply=${(requests: number) => change((kept) => ({ ...kept, requests }))}
            />
            <label for=${id}>Counted</label>
            <select id=${id} value=${counted} onChange=${count}>
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
                apply=${(burst: number) => change((kept) => ({ ...kept, burst }))}
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
  const set = (name: "perSecond" | "perDay", usual: Limit) => ({
    limit: limits[name] ?? null,
    usual,
    change: (next: (limit: Limit) => Limit | null) =>
      act("The limits are set.", () => changeLimit(name, (limit) => next(limit ?? usual))),
  })
  const setRetryAfter = (retryAfter: boolean) => void act("The limits are set.", () => changeLimits({ retryAfter }))
  return html`
    <section class="card settings" aria-labelledby="settings">
      <h2 id="settings">Limits and latency</h2>
      <${LimitFields} name="Limit of a second" unit="requests" ...${set("perSecond", { requests: 200 })} />
      <${LimitFields} name="Quota of a day" unit="requests" ...${set("perDay", { requests: 1_000_000 })} />
      <${Switch} isOn=${limits.retryAfter !== false} apply=${setRetryAfter}>
        A 429 says <code>Retry-After</code>
      </${Switch}>
      <div class="fields">
        <${NumberField}
          name="Latency"
          unit="ms"
          min=${0}
          max=${600_000}
          value=${latency}
          apply=${(milliseconds: number) => act("The latency is set.", () => setLatency(milliseconds))}
        />
      </div>
    </section>
  `
}
