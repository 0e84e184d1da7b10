/**
 * The ways in which a server misbehaves, as steps of a raw server.
 */
import { Buffer } from "node:buffer"
import { done, type Step, type Steps, response, type Turn } from "./rawServer.ts"

/** The first requests meet these steps, `undefined` being the server's duty; those after them meet no step. */
export const first =
  (...steps: ReadonlyArray<Step | undefined>): Steps =>
  (index) =>
    steps[index]

export const always =
  (step: Step): Steps =>
  () =>
    step

/** A whole response. */
export const reply =
  (status: number, body: unknown = "", headers?: Readonly<Record<string, string>>): Step =>
  ({ socket }) => {
    socket.write(response(status, typeof body === "string" ? body : JSON.stringify(body), headers))
  }

/** These bytes, then nothing more; the connection stays open. */
export const bytes =
  (...chunks: ReadonlyArray<string | Uint8Array>): Step =>
  ({ socket }) => {
    for (const chunk of chunks) socket.write(chunk)
  }

/** These bytes, then the end of the connection. */
export const bytesAndEnd =
  (chunk: string | Uint8Array): Step =>
  ({ socket }) => {
    socket.end(chunk)
  }

/** These bytes, then what says that the write is done. */
export const thenDone =
  (chunk: string): Step =>
  ({ request, socket }) => {
    socket.write(chunk + done(request))
  }

export const silence: Step = () => {}

export const close: Step = ({ socket }) => {
  socket.end()
}

export const reset: Step = ({ socket }) => {
  socket.resetAndDestroy()
}

/** Creates the account, then misbehaves. */
export const committed =
  (step: Step): Step =>
  (turn) => {
    turn.commit()
    step(turn)
  }

/** Misbehaves as soon as the head of the request is there. */
export const atHead = (step: Step): Step => Object.assign((turn: Turn) => step(turn), { atHead: true })

/** Sends these bytes one at a time. */
export const dripping =
  (text: string, milliseconds: number): Step =>
  ({ socket }) => {
    let sent = 0
    const timer = setInterval(() => {
      if (sent === text.length) clearInterval(timer)
      else socket.write(text[sent++]!)
    }, milliseconds)
    socket.on("close", () => clearInterval(timer))
  }

/** A head, then more of the same as fast as the client takes it, without an end. */
export const endless =
  (head: string, chunk: string): Step =>
  ({ socket }) => {
    const block = Buffer.from(chunk.repeat(Math.ceil(16_384 / chunk.length)))
    const write = () => {
      while (!socket.destroyed && socket.write(block));
    }
    socket.write(head)
    socket.on("drain", write)
    write()
  }
