/**
 * What an editor shows of a field and of an option, asked of the compiler's language server as an editor asks it.
 */
import { spawn } from "node:child_process"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { examples, repository } from "./world.ts"

const program = `import { Accounts } from "@effect-aptrinsic/core"
import { Mapping } from "@effect-aptrinsic/files"
export const create = Accounts.createAccount(
  { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2"], renewalDate: 1798761600000, location: { city: "Berlin" } },
  { totalTimeout: "1 minute" },
)
export const mapping = Mapping.make({ timeZone: "Europe/Berlin" })
`

type Message = {
  readonly id?: number
  readonly method?: string
  readonly result?: { readonly contents?: { readonly value: string } }
}

/** A language server, and a way to ask it; it asks back for settings, which it does not get. */
const makeServer = () => {
  const child = spawn(join(repository, "node_modules", ".bin", "tsc"), ["--lsp", "--stdio"], {
    stdio: ["pipe", "pipe", "ignore"],
  })
  const waiting = new Map<number, (message: Message) => void>()
  const send = (message: object) => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message })
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }
  const receive = (message: Message) => {
    if (message.method !== undefined && message.id !== undefined) send({ id: message.id, result: null })
    else if (message.id !== undefined) waiting.get(message.id)?.(message)
  }
  let received = Buffer.alloc(0)
  child.stdout.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    for (let end = received.indexOf("\r\n\r\n"); end >= 0; end = received.indexOf("\r\n\r\n")) {
      const length = Number(/Content-Length: (\d+)/i.exec(received.subarray(0, end).toString())?.[1])
      if (received.length < end + 4 + length) return
      receive(JSON.parse(received.subarray(end + 4, end + 4 + length).toString()) as Message)
      received = received.subarray(end + 4 + length)
    }
  })
  let last = 0
  const ask = (method: string, params: object) =>
    new Promise<Message>((resolve) => {
      last++
      waiting.set(last, resolve)
      send({ id: last, method, params })
    })
  return { ask, send, stop: () => child.kill() }
}

const hovers = async (names: ReadonlyArray<string>) => {
  const { ask, send, stop } = makeServer()
  await ask("initialize", {
    processId: null,
    rootUri: null,
    capabilities: { textDocument: { hover: { contentFormat: ["markdown"] } } },
  })
  send({ method: "initialized", params: {} })
  const uri = pathToFileURL(join(examples, "hover.ts")).href
  send({
    method: "textDocument/didOpen",
    params: { textDocument: { uri, languageId: "typescript", version: 1, text: program } },
  })
  const shown: Array<string> = []
  for (const name of names) {
    const before = program.slice(0, program.indexOf(`${name}:`)).split("\n")
    const position = { line: before.length - 1, character: before.at(-1)!.length }
    const { result } = await ask("textDocument/hover", { textDocument: { uri }, position })
    shown.push(result?.contents?.value.replaceAll(/^```.*?\n```\n/gs, "") ?? "")
  }
  stop()
  return shown
}

describe("an editor", () => {
  it(
    "shows what a field means, its unit and an example, and the default of an option",
    { timeout: 120_000 },
    async () => {
      const [renewalDate, city, totalTimeout, timeZone] = await hovers([
        "renewalDate",
        "city",
        "totalTimeout",
        "timeZone",
      ])
      assert.strictEqual(renewalDate, "Renewal date, epoch milliseconds UTC. Example: `1798761600000`.")
      assert.strictEqual(city, 'City. Example: `"San Mateo"`.')
      assert.match(totalTimeout!, /Bound on one call .*@default\*? — "2 minutes"$/s)
      assert.match(timeZone!, /^The IANA time zone of dates .*@default\*? — UTC for days/s)
    },
  )
})
