/**
 * The words of a reason that depend on the call it ends.
 */
import * as Schema from "effect/Schema"
import { type Operation, OperationName, operations } from "../Outcome.ts"

/** The field that names the call; without it a create is spoken of. */
export const operationField = {
  operation: Schema.optionalKey(OperationName),
}

export const operationOf = (reason: { readonly operation?: OperationName | undefined }): Operation =>
  operations[reason.operation ?? "create"]

/** The field for a reason that ends such a call. */
export const operationMember = ({ name }: Operation): { readonly operation?: OperationName } =>
  name === "create" ? {} : { operation: name }
