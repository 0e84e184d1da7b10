/**
 * The certificate authorities that a user gives. Node and Deno both take a text without a certificate for none at all.
 */
import * as Effect from "effect/Effect"

const certificate = /-----BEGIN CERTIFICATE-----[A-Za-z\d+/=\s]+-----END CERTIFICATE-----/

/** Dies when one of the texts holds no certificate, or a caller in JavaScript gives one text and no list. */
export const authorities = (ca: ReadonlyArray<string> = []): Effect.Effect<ReadonlyArray<string>> =>
  Array.isArray(ca) && ca.every((text) => certificate.test(text))
    ? Effect.succeed(ca)
    : Effect.die(
        new Error(
          "`ca` is a list, and each text of it holds a certificate in PEM format, from BEGIN to END CERTIFICATE.",
        ),
      )
