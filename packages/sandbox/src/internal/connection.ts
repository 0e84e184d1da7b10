/**
 * The connection under a request, as far as the runtime lets a program touch it.
 */
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Predicate from "effect/Predicate"

interface Destroyable {
  readonly destroy: () => void
}

const isDestroyable = (value: unknown): value is Destroyable =>
  Predicate.hasProperty(value, "destroy") && typeof value.destroy === "function"

// Deno.serve hands out no socket, and sends a head before any body it is given. An interim 101 is the one head after which it closes the
// connection without a final response: curl reports "Empty reply from server", undici a failed request, Deno's fetch status 101.
const interim = HttpServerResponse.empty({ status: 101 })

/** The server still needs an answer after `node:http` lost the socket. It reaches nobody. */
const nothing = HttpServerResponse.empty()

/** Ends the connection without a final response. */
export const drop = Effect.map(HttpServerRequest.HttpServerRequest, ({ source }) => {
  const socket = Predicate.hasProperty(source, "socket") ? source.socket : undefined
  if (!isDestroyable(socket)) return interim
  socket.destroy()
  return nothing
})

export const isDropped = (response: HttpServerResponse.HttpServerResponse): boolean =>
  response === interim || response === nothing
