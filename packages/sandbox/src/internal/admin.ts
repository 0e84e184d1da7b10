/**
 * What the vendor tells of a subscription: the attributes of accounts, the fields that all have before the custom ones, and the products.
 */
import { fields, type AccountField } from "@effect-aptrinsic/core/AccountFields"
import type { AccountAttribute } from "@effect-aptrinsic/core/Subscription"
import type { Settings } from "../Subscription.ts"

/** 2026-01-01 UTC. */
const createdDate = 1_767_225_600_000

const typeOf = ({ format, type }: AccountField) => {
  if (format === "int64") return "DATE_TIME"
  return type === "integer" || type === "number" ? "NUMBER" : "STRING"
}

// The vendor's names for the fields of a location have no group before them.
const standard = [
  ...fields
    .filter(({ type }) => type !== "object")
    .map((field) => ({ apiName: field.path.replace(/^location\./u, ""), type: typeOf(field) })),
  { apiName: "numberOfUsers", type: "NUMBER" },
  { apiName: "createDate", type: "DATE_TIME" },
  { apiName: "lastModifiedDate", type: "DATE_TIME" },
].map((attribute) => ({ ...attribute, state: "ENABLED", origin: "DEFAULT" }))

export const attributes = (subscription: Settings): ReadonlyArray<AccountAttribute> =>
  [...standard, ...subscription.attributes.map((attribute) => ({ ...attribute, origin: "CUSTOM" }))].map(
    ({ apiName, origin, state, type }) => ({
      id: `attribute-${apiName}`,
      name: apiName,
      apiName,
      internalName: apiName,
      description: "",
      type,
      state,
      origin,
      createdDate,
      modifiedDate: createdDate,
      defaultValue: "",
    }),
  )

export const subscription = ({ products }: Settings) => ({ id: "sandbox", name: "Sandbox", products })
