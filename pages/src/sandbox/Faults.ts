/**
 * Faults at a click: what is often wanted, any fault by its name with what it takes, and those that are being played.
 */
import { useEffect, useId, useState } from "preact/hooks"
import { count } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import { type ActiveFault, changeFaults, type Fault, openApi, type State } from "./control.ts"
import { useAct } from "./doing.ts"
import {
  type FaultForm,
  faultOf,
  type Field,
  type Filled,
  formsOf,
  inWords,
  isOver,
  remaining,
  without,
} from "./faultForms.ts"

const often: ReadonlyArray<readonly [name: string, fault: Fault]> = [
  ["Next 5 answer 503", { fault: "server-error", times: 5 }],
  ["Next 10 answer 429", { fault: "rate-limit-burst", requests: 10, times: 1 }],
  ["Lose the next answer", { fault: "drop-after-commit", times: 1 }],
]

type Input = { readonly currentTarget: HTMLInputElement | HTMLSelectElement }

interface FieldInputProps {
  readonly field: Field
  readonly value: Filled | undefined
  readonly set: (value: Filled) => void
}

/** The default, a text of any kind, or none at all. */
const OpenInput = ({ field: { description, hasNone, name }, set, value = "" }: FieldInputProps) => {
  const id = useId()
  const isTyped = value !== null && typeof value === "object"
  const choose = ({ currentTarget }: Input) =>
    set(currentTarget.value === "none" ? null : currentTarget.value === "typed" ? { typed: "" } : "")
  return html`
    <label for=${id} title=${description}>${name}</label>
    <span class="together">
      <select id=${id} value=${value === null ? "none" : isTyped ? "typed" : ""} onInput=${choose}>
        <option value="">default</option>
        <option value="typed">as typed</option>
        ${hasNone && html`<option value="none">none</option>`}
      </select>
      ${
        isTyped &&
        html`<input
          aria-label=${`${name}, as typed`}
          value=${value.typed}
          onInput=${({ currentTarget }: Input) => set({ typed: currentTarget.value })}
        />`
      }
    </span>
  `
}

const FieldInput = ({ field, set, value }: FieldInputProps) => {
  const { choices, description, kind, max, min, name, required } = field
  const id = useId()
  const onInput = ({ currentTarget }: Input) => set(currentTarget.value)
  const choose = kind === "boolean" ? ["true"] : choices.map(String)
  return html`
    <label for=${id} title=${description}>${name}</label>
    ${
      choose.length > 0
        ? html`<select id=${id} value=${value ?? ""} onInput=${onInput}>
            <option value="">default</option>
            ${choose.map((choice) => html`<option value=${choice}>${choice}</option>`)}
          </select>`
        : html`<input
            id=${id}
            type=${kind === "text" ? "text" : "number"}
            min=${min}
            max=${max}
            step=${kind === "number" ? "any" : undefined}
            required=${required}
            placeholder="default"
            value=${value ?? ""}
            onInput=${onInput}
          />`
    }
  `
}

interface FormProps {
  readonly form: FaultForm
  readonly play: (fault: Fault) => void
}

/** Shown at once; the others are behind a click. */
const usual = new Set(["times", "rate", "operation"])

const Form = ({ form, play }: FormProps) => {
  const [values, setValues] = useState<Readonly<Record<string, Filled>>>({ times: "5" })
  const submit = (event: { readonly preventDefault: () => void }) => {
    event.preventDefault()
    play(faultOf(form, values))
  }
  const inputs = (fields: ReadonlyArray<Field>) =>
    html`<div class="fields">
      ${fields.map(
        (field) =>
          html`<${field.kind === "open" ? OpenInput : FieldInput}
            key=${field.name}
            field=${field}
            value=${values[field.name]}
            set=${(value: Filled) => setValues((before) => ({ ...before, [field.name]: value }))}
          />`,
      )}
    </div>`
  return html`
    <form onSubmit=${submit}>
      <p class="dim">${form.description}</p>
      ${inputs(form.fields)}
      <fieldset>
        <legend>When it strikes</legend>
        ${inputs(form.trigger.filter(({ name }) => usual.has(name)))}
        <details>
          <summary>Of some requests alone</summary>
          ${inputs(form.trigger.filter(({ name }) => !usual.has(name)))}
        </details>
      </fieldset>
      <button class="primary">Play it</button>
    </form>
  `
}

const useForms = () => {
  const [forms, setForms] = useState<ReadonlyArray<FaultForm>>([])
  useEffect(() => {
    // Without the documentation the buttons remain.
    openApi().then(
      (document) => setForms(formsOf(document)),
      () => undefined,
    )
  }, [])
  return forms
}

export const Faults = ({ state: { faults } }: { readonly state: State }) => {
  const act = useAct()
  const id = useId()
  const forms = useForms()
  const [chosen, choose] = useState("server-error")
  const form = forms.find(({ name }) => name === chosen)
  const play = (fault: Fault) =>
    void act(`${fault.fault} is on.`, () => changeFaults((active) => [...remaining(active), fault]))
  const stop = (stopped: ActiveFault) =>
    void act(`${stopped.fault.fault} is off.`, () => changeFaults((active) => remaining(without(active, stopped))))
  return html`
    <section class="card faults" aria-labelledby="faults">
      <h2 id="faults">Faults</h2>
      <div class="buttons">
        ${often.map(([name, fault]) => html`<button type="button" key=${name} onClick=${() => play(fault)}>${name}</button>`)}
      </div>
      ${faults.length === 0 ? html`<p class="dim">None is played.</p>` : ""}
      <ul class="played" aria-label="Faults that are played">
        ${faults.map(
          (active, index) => html`
            <li key=${index}>
              <span>
                <strong>${active.fault.fault}</strong> <span class="dim">${inWords(active.fault)}</span><br />
                <span class=${isOver(active) ? "dim" : "warn"}>
                  ${isOver(active) ? "over, " : ""}struck ${count(active.struck)}
                </span>
              </span>
              <button
                type="button"
                class="small"
                aria-label=${`Stop ${active.fault.fault}`}
                onClick=${() => stop(active)}
              >
                Stop
              </button>
            </li>
          `,
        )}
      </ul>
      <div class="fields">
        <label for=${id}>Fault</label>
        <select id=${id} value=${chosen} onInput=${({ currentTarget }: Input) => choose(currentTarget.value)}>
          ${forms.map(({ name }) => html`<option value=${name}>${name}</option>`)}
        </select>
      </div>
      ${form !== undefined && html`<${Form} key=${form.name} form=${form} play=${play} />`}
    </section>
  `
}
