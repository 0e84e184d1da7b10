/** A copy of the account's schema with one group more and one range narrower: what has to follow from the schema alone. */
import * as Schema from "effect/Schema"
import { NewAccount } from "../../src/Account.ts"
import { Int32 } from "../../src/internal/fieldSchemas.ts"

export const AccountWithBilling = NewAccount.mapFields((account) => ({
  ...account,
  healthScore: Schema.optionalKey(
    Int32.check(Schema.isBetween({ minimum: 0, maximum: 100 })).annotate({
      description: "Health score",
      expected: "a whole number from 0 to 100",
    }),
  ),
  billing: Schema.optionalKey(
    Schema.Struct({
      vat: Schema.optionalKey(Schema.String.annotate({ description: "VAT number", examples: ["DE123456789"] })),
      seats: Schema.optionalKey(Int32.annotate({ description: "Seats that are paid for", examples: [40] })),
    }),
  ),
}))
