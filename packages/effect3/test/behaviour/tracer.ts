/**
 * The tracer of a test of core as one of Effect 3.
 */
import * as Context from "effect/Context"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import * as Context4 from "effect4/Context"
import * as Exit4 from "effect4/Exit"
import * as Option4 from "effect4/Option"
import type * as Tracer4 from "effect4/Tracer"

const behind = new WeakMap<object, Tracer4.AnySpan>()

export const tracerDown = (tracer: Tracer4.Tracer): Tracer.Tracer =>
  Tracer.make({
    context: (f) => f(),
    span: (name, parent, context, links, startTime, kind) => {
      const above = Option.map(parent, (span) => behind.get(span))
      const span = tracer.span({
        name,
        parent: Option.isSome(above) ? Option4.fromNullishOr(above.value) : Option4.none(),
        annotations: Context4.empty(),
        links: [],
        startTime,
        kind,
        root: false,
        sampled: true,
      })
      const made: Tracer.Span = {
        _tag: "Span",
        name,
        spanId: span.spanId,
        traceId: span.traceId,
        parent,
        context: Context.merge(context, Context.empty()),
        status: { _tag: "Started", startTime },
        attributes: span.attributes,
        links,
        sampled: true,
        kind,
        end: (endTime, exit) =>
          span.end(endTime, exit._tag === "Success" ? Exit4.succeed(exit.value) : Exit4.die("failed")),
        attribute: (key, value) => span.attribute(key, value),
        event: (event, at, attributes) => span.event(event, at, attributes),
        addLinks: () => undefined,
      }
      behind.set(made, span)
      return made
    },
  })
