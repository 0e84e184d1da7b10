/**
 * The tracer of Effect 3 as one of Effect 4: the spans of core are spans of the program's own tracer, below the span of the caller.
 */
import * as Context from "effect/Context"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Tracer from "effect/Tracer"
import * as Context4 from "effect4/Context"
import * as Option4 from "effect4/Option"
import * as Tracer4 from "effect4/Tracer"
import { exitDown } from "./crossing.ts"
import { anyErrorDown } from "./errors.ts"

const crossed = new WeakMap<Tracer4.AnySpan, Tracer.AnySpan>()

/** The span of Effect 3 that stands behind one of Effect 4. */
const spanDown = (span: Tracer4.AnySpan | undefined): Tracer.AnySpan | undefined =>
  span === undefined ? undefined : crossed.get(span)

/** A span of the caller, for spans of Effect 4 to stand below. */
export const spanUp = (span: Tracer.AnySpan): Tracer4.AnySpan => {
  const external = Tracer4.externalSpan({ spanId: span.spanId, traceId: span.traceId, sampled: span.sampled })
  crossed.set(external, span)
  return external
}

const linksDown = (links: ReadonlyArray<Tracer4.SpanLink>): ReadonlyArray<Tracer.SpanLink> =>
  links.flatMap(({ attributes, span }) => {
    const behind = spanDown(span)
    return behind === undefined ? [] : [{ _tag: "SpanLink" as const, span: behind, attributes }]
  })

export const tracerUp = (tracer: Tracer.Tracer): Tracer4.Tracer =>
  Tracer4.make({
    span: ({ annotations, kind, links, name, parent, sampled, startTime }) => {
      const above = Option.fromNullable(spanDown(Option4.getOrUndefined(parent)))
      const span = tracer.span(name, above, Context.empty(), linksDown(links), startTime, kind)
      let status: Tracer4.SpanStatus = { _tag: "Started", startTime }
      const made: Tracer4.Span = {
        _tag: "Span",
        name,
        spanId: span.spanId,
        traceId: span.traceId,
        sampled: sampled && span.sampled,
        parent,
        annotations,
        links,
        kind,
        get status() {
          return status
        },
        attributes: span.attributes,
        attribute: (key, value) => span.attribute(key, value),
        event: (event, at, attributes) => span.event(event, at, attributes),
        addLinks: (added) => span.addLinks(linksDown(added)),
        end: (endTime, exit) => {
          status = { _tag: "Ended", startTime, endTime, exit }
          span.end(endTime, Exit.mapError(exitDown(exit), anyErrorDown))
        },
      }
      crossed.set(made, span)
      return made
    },
  })

/** The span of Effect 3 that an effect of Effect 4 runs in. */
export const currentSpan = (context: Context4.Context<never>): Tracer.AnySpan | undefined =>
  spanDown(Context4.getOrUndefined(context, Tracer4.ParentSpan))
