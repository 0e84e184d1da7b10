/**
 * What a scenario is: a fault by its name, with its parameters, the trigger that all have, and what it makes of a handler.
 */
import { Method } from "@effect-aptrinsic/core/Outcome"
import type * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"
import type { Operation } from "./routes.ts"

export type Response = HttpServerResponse.HttpServerResponse

/** What a fault makes of a handler. The handler of a write changes the store when it runs. */
export type Around = <E, R>(
  handler: Effect.Effect<Response, E, R>,
) => Effect.Effect<Response, E, R | HttpServerRequest.HttpServerRequest>

export const integer = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const operations = [
  "create",
  "update",
  "updateNamed",
  "list",
  "get",
  "attributes",
  "subscription",
] as const satisfies ReadonlyArray<Operation>

/** When a fault strikes: the same for every scenario. */
const trigger = {
  method: Schema.optional(Method).annotate({
    description: "Strike requests of this method only",
  }),
  operation: Schema.optional(Schema.Literals(operations)).annotate({
    description: "Strike requests of this operation only",
  }),
  accountId: Schema.optional(Schema.String).annotate({ description: "Strike requests for this account only" }),
  after: Schema.optional(integer(0, Number.MAX_SAFE_INTEGER)).annotate({
    description: "Let so many of these requests pass first",
  }),
  times: Schema.optional(integer(1, Number.MAX_SAFE_INTEGER)).annotate({
    description: "Strike so often, then never again",
  }),
  rate: Schema.optional(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))).annotate({
    description: "The probability to strike, default 1; drawn from the seed",
  }),
}
export type Trigger = Schema.Struct.Type<typeof trigger>

export const scenario = <const Name extends string, const Parameters extends Schema.Struct.Fields>(definition: {
  readonly name: Name
  readonly description: string
  readonly parameters: Parameters
  /** How many requests one strike covers, this one included. Default 1. */
  run?(fault: Schema.Struct.Type<Parameters>): number
  around(fault: Schema.Struct.Type<Parameters>): Around
}) => ({
  ...definition,
  schema: Schema.Struct({ fault: Schema.Literal(definition.name), ...trigger, ...definition.parameters }).annotate({
    description: definition.description,
  }),
})
