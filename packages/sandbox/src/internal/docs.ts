/**
 * The OpenAPI documents and their pages in the browser. The pages work offline: Swagger UI is part of effect (1.9 MB of script), and
 * loaded when a page is asked for first.
 */
import * as Effect from "effect/Effect"
import type * as HttpApi from "effect/http-api/HttpApi"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSwagger from "effect/http-api/HttpApiSwagger"
import * as OpenApi from "effect/http-api/OpenApi"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"

/** Serves the documents of `api` under `prefix`: `openapi.json` and the page `docs`. */
export const layer = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>,
  prefix: "" | `/${string}`,
): Layer.Layer<never, never, HttpRouter.HttpRouter> =>
  HttpRouter.use(
    Effect.fnUntraced(function* (router) {
      const scope = yield* Effect.scope
      const page = yield* Effect.cached(
        Scope.provide(HttpRouter.toHttpEffect(HttpApiSwagger.layer(api, { path: `${prefix}/docs` })), scope),
      )
      const document = yield* Effect.cached(Effect.sync(() => HttpServerResponse.jsonUnsafe(OpenApi.fromApi(api))))
      yield* router.add("GET", `${prefix}/docs`, Effect.flatten(page).pipe(Effect.orDie))
      yield* router.add("GET", `${prefix}/openapi.json`, document)
    }),
  )
