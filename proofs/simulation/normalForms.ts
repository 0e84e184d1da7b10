/**
 * Forms that a server may bring an account into before it stores it, so that a read shows something else than what was sent.
 */
import type { AccountPart, NewAccount } from "@effect-aptrinsic/core/Account"

/** An account as reads show it. */
export interface Shown {
  readonly id: string
  readonly [name: string]: unknown
}

const mapTexts = (shown: Shown, change: (text: string) => string): Shown => ({
  ...Object.fromEntries(
    Object.entries(shown).map(([name, value]) => [name, typeof value === "string" ? change(value) : value]),
  ),
  id: shown.id,
})

const changeNumber = (shown: Shown, name: string, change: (value: number) => unknown): Shown =>
  typeof shown[name] === "number" ? { ...shown, [name]: change(shown[name]) } : shown

export const normalForms = {
  trim: (shown: Shown): Shown => mapTexts(shown, (text) => text.trim()),
  nfc: (shown: Shown): Shown => mapTexts(shown, (text) => text.normalize("NFC")),
  "case of codes": (shown: Shown): Shown =>
    shown["location"] === undefined ? shown : { ...shown, location: { countryCode: "USA" } },
  "rounded nps": (shown: Shown): Shown => changeNumber(shown, "nps", Math.round),
  "seconds for milliseconds": (shown: Shown): Shown =>
    changeNumber(shown, "renewalDate", (date) => Math.floor(date / 1000)),
  "numbers as text": (shown: Shown): Shown => changeNumber(shown, "numberOfEmployees", String),
  "no zeros": (shown: Shown): Shown => ({
    ...Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== 0)),
    id: shown.id,
  }),
  /** One that no client can know. */
  "plans by another name": (shown: Shown): Shown =>
    shown["plan"] === undefined ? shown : { ...shown, plan: `${String(shown["plan"])} (2024)` },
} as const

export type NormalForm = keyof typeof normalForms

export const allNormalForms = Object.keys(normalForms) as ReadonlyArray<NormalForm>

export const normalise = (account: AccountPart & Pick<NewAccount, "id">, forms: ReadonlyArray<NormalForm>): Shown =>
  forms.reduce<Shown>((shown, form) => normalForms[form](shown), { ...account })

/** What the accounts of a run have in common: something for every normal form to change. */
export const detailed = {
  name: "  Caf\u0065\u0301 Acme ",
  nps: 41.7,
  renewalDate: 1_798_761_600_123,
  numberOfEmployees: 250,
  healthScore: 0,
  location: { countryCode: "usa" },
} satisfies Partial<NewAccount>
