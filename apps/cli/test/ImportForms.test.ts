import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layerSandbox } from "./support/aptrinsic.ts"
import { importing } from "./support/importing.ts"

const forms = [
  [
    "a list that --rows names",
    '{"data":{"accounts":[{"id":"1","name":"A"}],"users":[{"id":"2"}]}}',
    ["--rows", "data.accounts"],
  ],
  ["keys of objects inside", '{"id":"1","owner":{"title":"A"}}\n', ["--map", "owner.title=name"]],
  ["cells in single quotes", "'id','name'\n'1','A'\n", ["--quote", "'"]],
  ["cells that hold quotes", 'id\tname\n1\t27" A\n', ["--quote", "none", "--delimiter", "tab"]],
  ["lines above the header", "Accounts\nid,name\n1,A\n", ["--skip-lines", "1"]],
  ["rows below the data", "id,name,plan\n1,A,pro\nTotal,,1\n", ["--skip-footer", "1"]],
  ["what COPY writes", "id|name\n1|A\\|B\n", ["--format", "copy", "--delimiter", "|"]],
  ["fields for columns without names", "1,x,A,y\n", ["--columns", "id,-,name"]],
  ["no header", "1,A\n", ["--no-header", "--map", "1=id", "--map", "2=name"]],
] as const

layer(layerSandbox(), { excludeTestServices: true })("an import reads", (it) => {
  for (const [what, text, flags] of forms) {
    it.effect(`${what}, and is continued only by the same flags`, () =>
      Effect.gen(function* () {
        const { run } = yield* importing(text)
        assert.strictEqual((yield* run(flags)).exitCode, 0)
        assert.include((yield* run(flags)).stdout, "imported before")
        assert.notStrictEqual((yield* run()).exitCode, 0)
      }),
    )
    it.effect(`${what}, and by a mapping that was saved as by its flags`, () =>
      Effect.gen(function* () {
        const { directory, run } = yield* importing(text)
        const preview = (flags: ReadonlyArray<string>) =>
          Effect.map(
            run(["--dry-run", "--json", "--preview", "9", ...flags]),
            ({ stdout }) => JSON.parse(stdout).preview,
          )
        const mapping = `${directory}/mapping.json`
        const first = yield* preview([...flags, "--save-mapping", mapping])
        assert.strictEqual(first.length, 1)
        assert.deepStrictEqual(yield* preview(["--mapping", mapping]), first)
      }),
    )
  }
})
