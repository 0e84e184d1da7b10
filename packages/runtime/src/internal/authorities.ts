/**
 * The certificate authorities that a user gives. Node and Deno both take a text without a certificate for none at all.
 */
import * as Effect from "effect/Effect"

const certificate = /-----BEGIN CERTIFICATE-----[A-Za-z\d+/=\s]+-----END CERTIFICATE-----/

/** Dies when one of the texts holds no certificate. */
export const authorities = (ca: ReadonlyArray<string> = []): Effect.Effect<ReadonlyArray<string>> =>
  ca.every((text) => certificate.test(text))
    ? Effect.succeed(ca)
    : Effect.die(
        new Error("Every text of `ca` has to hold a certificate in PEM format, from BEGIN to END CERTIFICATE."),
      )
