/**
 * Keys that APIs add to each record beside its fields. They are skipped unless a flag names them.
 */

const hubSpot: ReadonlySet<string> = new Set([
  "archived",
  "createdAt",
  "updatedAt",
  "properties.createdate",
  "properties.hs_lastmodifieddate",
  "properties.hs_object_id",
])

/**
 * Tells such keys of objects that have these keys together: HubSpot's around and among its `properties`, the cursor beside a node of GraphQL, and
 * how exact Salesforce thinks that a place is.
 */
export const bookkeepingOf = (keys: ReadonlyArray<string>): ((key: string) => boolean) => {
  const have = (key: string) => keys.some((other) => other === key || other.startsWith(`${key}.`))
  const isOfHubSpot = have("archived") && have("createdAt") && have("properties")
  const isOfNodes = have("node")
  return (key) =>
    (isOfHubSpot && hubSpot.has(key)) || (isOfNodes && key === "cursor") || key.endsWith("Address.geocodeAccuracy")
}
