/** What PX says of a subscription, as the commands that compare something with it need it: the keys of its products, its custom attributes. */
import { nearest } from "@effect-aptrinsic/core/internal/shared/nearest"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { AccountAttribute, Subscription } from "@effect-aptrinsic/core/Subscription"

/** A text of the server among those that are listed. */
export const shown = (text: string): string => visible(text, 60)

export interface ProductKey {
  readonly productKey: string
  /** The name of its product; empty where PX names none. */
  readonly product: string
}

export const productKeysOf = ({ products }: Subscription): ReadonlyArray<ProductKey> =>
  products.flatMap((product) =>
    product.productKeys.map(({ productKey }) => ({ productKey, product: product.name ?? "" })),
  )

/** The keys, each with its product, as a sentence has them. */
export const listed = (known: ReadonlyArray<ProductKey>): string =>
  known
    .map(({ product, productKey }) => `${shown(productKey)}${product === "" ? "" : ` (${shown(product)})`}`)
    .join(", ")

/** The keys that the subscription does not have. */
export const strangers = (known: ReadonlyArray<ProductKey>, keys: ReadonlyArray<string>): ReadonlyArray<string> =>
  keys.filter((key) => known.every(({ productKey }) => productKey !== key))

/** The key of the subscription that was probably meant. */
export const nearestKey = (known: ReadonlyArray<ProductKey>, key: string): string | undefined =>
  nearest(
    key,
    known.map(({ productKey }) => productKey),
  )

/** The subscription of a sandbox: what it was told nothing of, it takes as it comes. */
const isOfSandbox = ({ id }: Subscription) => id === "sandbox"

/** Whether the subscription takes any product key: that of a sandbox which has only the key of the vendor's examples. */
export const takesAnyKey = (subscription: Subscription): boolean => {
  const [first, ...others] = productKeysOf(subscription)
  return isOfSandbox(subscription) && others.length === 0 && first?.productKey === "AP-XXXXXXXXXX-2"
}

/** Whether it takes any custom attribute. */
export const takesAnyAttribute = (subscription: Subscription, all: ReadonlyArray<AccountAttribute>): boolean =>
  isOfSandbox(subscription) && customOf(all).length === 0

export const customOf = (all: ReadonlyArray<AccountAttribute>): ReadonlyArray<AccountAttribute> =>
  all.filter(({ origin }) => origin === "CUSTOM")

/** Whether PX takes values for the attribute. */
export const isOn = ({ state }: AccountAttribute): boolean =>
  state === undefined || state === null || state === "ENABLED"

/** What a key may not look at, or PX does not show, stands in the way of nothing. */
export const unread = "Accounts can be read and written nevertheless."
