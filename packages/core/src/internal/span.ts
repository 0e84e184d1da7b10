/**
 * A length of time as a schema: a number of milliseconds wherever it is written.
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"

/** `Schema.DurationFromMillis` knows a second JSON form, which nobody here needs and everybody would load: 400 bytes of a browser's bundle. */
export const Span = /* @__PURE__ */ (() => {
  const millis = {
    decode: SchemaGetter.transform(Duration.millis),
    encode: SchemaGetter.transform(Duration.toMillis),
  }
  const Length = Schema.declare(Duration.isDuration, {
    expected: "Duration",
    toCodecJson: () => Schema.link<Duration.Duration>()(Schema.Finite, millis),
  })
  return Schema.Finite.pipe(Schema.decodeTo(Length, millis))
})()
