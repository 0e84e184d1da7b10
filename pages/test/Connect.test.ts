import { spawn } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import process from "node:process"
import { fileURLToPath, pathToFileURL } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { get, now, type Running, visitSandbox } from "./sandbox.ts"

const command = fileURLToPath(import.meta.resolve("../../apps/cli/src/bin.ts"))

/** Runs lines as a shell would where the command is installed. */
const inShell = (lines: string) =>
  new Promise<number | null>((resolve) => {
    const script = `aptrinsic() { "${process.execPath}" "${command}" "$@"; }\n${lines}`
    spawn("sh", ["-c", script], { stdio: "ignore" }).on("close", resolve)
  })

/** Runs lines as a program of this workspace. */
const asProgram = async (lines: string) => {
  const folder = fileURLToPath(new URL("../test-results/", import.meta.url))
  const file = `${folder}connect.ts`
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, lines)
  await import(/* @vite-ignore */ pathToFileURL(file).href)
  rmSync(file)
}

const forget = ({ reset }: Running) => now(reset)

describe("the lines to paste", () => {
  it.live("create an account each, as they are copied", () =>
    visitSandbox({}, {}, async (page, sandbox) => {
      const copied = async (name: string) => {
        await page.getByRole("button", { name: `Copy ${name}` }).click()
        await page.getByRole("button", { name: `Copied ${name}` }).waitFor()
        return page.evaluate(() => navigator.clipboard.readText())
      }
      assert.strictEqual(await copied("the address"), sandbox.url)
      assert.strictEqual(await copied("the key"), "sandbox-key")

      assert.strictEqual(await inShell(await copied("the lines for Shell")), 0)
      assert.strictEqual(await get(sandbox.url, "acme"), 200)

      await forget(sandbox)
      await asProgram((await copied("the lines for Effect")).replace("console.log", "void "))
      assert.strictEqual(await get(sandbox.url, "acme"), 200)

      // Not every machine has curl.
      await forget(sandbox)
      const lines = await copied("the lines for curl")
      const [, url = "", ...headers] =
        /^curl -i (\S+) -H '(.*?): (.*?)' -H '(.*?): (.*?)' \\\n {2}-d '.*'$/u.exec(lines) ?? []
      const [first = "", key = "", second = "", type = ""] = headers
      const body = /-d '(.*)'$/u.exec(lines)?.[1] ?? ""
      const { status } = await fetch(url, { method: "POST", headers: { [first]: key, [second]: type }, body })
      assert.strictEqual(status, 201)
    }),
  )
})
