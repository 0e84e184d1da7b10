import { NewAccount } from "@effect-aptrinsic/effect3/schema"
/**
 * A program that is still on `@effect/schema`.
 */
import * as Schema from "@effect/schema/Schema"

export const name: string = Schema.decodeUnknownSync(NewAccount)({}).name
