/** What both programs create. */
export interface Server {
  readonly apiKey: string
  readonly baseUrl: string
}

export const accountOf = (id: string) => ({ id, name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] })

/** The sandbox loses the answer for this account. */
export const lost = (name: string) => `${name}-lost`

/** Each runtime runs both programs, on accounts of these names. */
export const names = ["bun", "worker", "browser"].flatMap((name) => [name, `${name}-promised`])

/** So soon after a lost answer the account is looked up. */
export const settleDelay = "50 millis"
