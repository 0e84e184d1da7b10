/** What a worker tells a collector of OpenTelemetry, where the environment names one. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Otlp from "effect/observability/Otlp"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import { type Failure, usage } from "../../output/Failure.ts"
import { version } from "../../version.ts"

/** What the variables are taken for where they are not set. Effect exports nothing by itself, OpenTelemetry all. */
const defaults = ConfigProvider.fromUnknown({
  OTEL_SERVICE_NAME: "aptrinsic-worker",
  OTEL_SERVICE_VERSION: version,
  OTEL_TRACES_EXPORTER: "otlp",
  OTEL_METRICS_EXPORTER: "otlp",
  OTEL_LOGS_EXPORTER: "otlp",
})

/** Says nothing of the value, which may be a header with a secret. */
const unusable = (defect: unknown) => {
  const [, name = "A variable of OpenTelemetry"] = /\["(OTEL_\w+)"\]/u.exec(String(defect)) ?? []
  const [, expected = "what it has to be"] = /Expected (.*?)(?:, got|\n|$)/u.exec(String(defect)) ?? []
  return usage(`${name} is not ${visible(expected, 300)}.`, "Correct it, or unset it.")
}

/** Nothing where no `OTEL_EXPORTER_OTLP_ENDPOINT` is set. */
export const layer = (httpClient: Layer.Layer<HttpClient>): Layer.Layer<never, Failure> =>
  Layer.effectContext(
    Effect.catchDefect(Layer.build(Otlp.layerFromConfig()), (defect) => Effect.fail(unusable(defect))),
  ).pipe(Layer.provide([httpClient, OtlpSerialization.layerJson, ConfigProvider.layerAdd(defaults)]))
