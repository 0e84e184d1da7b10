/**
 * The service over a server in the form of a fetch.
 */
import { account, type Answer, fetching } from "@effect-aptrinsic/core/test/fetching"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import * as Accounts from "../src/Accounts.ts"
import type { Options } from "../src/Options.ts"

export { account, fetching }

export const keyOf = (name: string) => Redacted.make(`key-of-the-test-${name}`)

let keys = 0

/** The service over such a fetch, with a key of its own. */
export const over = (answer: Answer | "never") => {
  const { fetch, requests } = fetching(answer)
  const service = FetchHttpClient.layer.pipe(Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch)))
  const client = (
    options: Partial<Options>,
    transform: (client: HttpClient.HttpClient) => HttpClient.HttpClient = (each) => each,
  ) =>
    Accounts.layer({ apiKey: keyOf(String(++keys)), ...options }).pipe(
      Layer.provide(Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, transform))),
      Layer.provide(service),
    )
  return { requests, service, client }
}

/** A tracer that keeps every span. */
export const spansOf = () => {
  const spans: Array<Tracer.Span> = []
  const tracer = Tracer.make({
    context: (run) => run(),
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      const span: Tracer.Span = {
        _tag: "Span",
        name,
        spanId: `span-${spans.length}`,
        traceId: "trace",
        parent,
        context,
        status: { _tag: "Started", startTime },
        attributes,
        links,
        sampled: true,
        kind,
        end: () => undefined,
        attribute: (key, value) => void attributes.set(key, value),
        event: () => undefined,
        addLinks: () => undefined,
      }
      spans.push(span)
      return span
    },
  })
  return { spans, tracer }
}
