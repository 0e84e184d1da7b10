import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Schedule from "effect/Schedule"
import { layerSandbox } from "./support/aptrinsic.ts"
import { importing, rows } from "./support/importing.ts"

layer(layerSandbox({ limits: { perSecond: null } }), { excludeTestServices: true })(
  "the files an import writes",
  (it) => {
    it.effect("refuses the report of another file, another mapping and another server", () =>
      Effect.gen(function* () {
        const { directory, file, read, run, url, write } = yield* importing(rows(2))
        const path = `${file}.import.ndjson`
        yield* run()
        const report = yield* read()
        const refused = Effect.fnUntraced(function* (
          why: string,
          args: ReadonlyArray<string>,
          env = {},
          source = file,
        ) {
          const ran = yield* run(args, { env }, source)
          assert.deepEqual(ran, {
            exitCode: 2,
            stdout: "",
            stderr: `✖ ${path} is the report of ${why}.\n  Choose another file with --report, or begin anew with --restart.\n`,
          })
          assert.strictEqual(yield* read(), report)
        })
        yield* refused(`${file} with other columns, constants or formats`, ["--set", "plan=pro"])
        const elsewhere = { APTRINSIC_BASE_URL: "http://127.0.0.1:1" }
        yield* refused(`an import to ${url}, not to http://127.0.0.1:1`, [], elsewhere)
        yield* write(rows(2, "b"), `${directory}/b.csv`)
        yield* refused(`another file, ${file}`, ["--report", path], {}, `${directory}/b.csv`)
        yield* write(rows(3))
        yield* refused(`${file} with other content than it has now`, [])
      }),
    )

    it.effect("continues whatever the order of its flags, and with --skip-invalid or without", () =>
      Effect.gen(function* () {
        const { run } = yield* importing("id,name,Seats,d\n1,A,5,01/02/2027\n")
        const flags = ["--map=Seats=customAttributes.s", "--map=d=renewalDate", "--date-format=DD/MM/YYYY"]
        yield* run(flags)
        for (const again of [flags.toReversed(), [...flags, "--skip-invalid"]]) {
          assert.include((yield* run(again)).stdout, "was imported before. Nothing was sent.")
        }
      }),
    )

    it.effect(
      "takes product keys from the mapping file before those of the environment, and keeps the latter out of it",
      () =>
        Effect.gen(function* () {
          const { directory, read, run, store, write } = yield* importing(rows(1))
          const mapping = `${directory}/mapping.json`
          yield* run(["--dry-run", "--save-mapping", mapping])
          assert.deepEqual(JSON.parse(yield* read(mapping)), { version: 1 })
          yield* write('{"version":1,"productKeys":["AP-MAP-1"]}', mapping)
          yield* run(["--mapping", mapping])
          assert.deepEqual((yield* store.get("a1"))?.account.propertyKeys, ["AP-MAP-1"])
        }),
    )

    it.effect("writes over nothing it reads or writes itself, by whatever name", () =>
      Effect.gen(function* () {
        const { directory, file, link, read, run, write } = yield* importing(rows(1))
        const mapping = `${directory}/mapping.json`
        yield* write('{"version":1}', mapping)
        yield* link(file, `${directory}/link`)
        yield* run()
        const report = `${file}.import.ndjson`
        const before = [yield* read(file), yield* read(report), yield* read(mapping)]
        const bad: ReadonlyArray<readonly [flags: ReadonlyArray<string>, source: string, message: string]> = [
          [["--problems", report], file, "--problems names the report."],
          [["--problems", `${directory}/link`], file, "--problems names the file that is imported."],
          [["--problems", file], `${directory}/link`, "--problems names the file that is imported."],
          [["--save-mapping", `${directory}/link`], file, "--save-mapping names the file that is imported."],
          [["--mapping", mapping, "--problems", mapping], file, "--problems names the file of --mapping."],
          [["--report", mapping, "--mapping", mapping], file, "--report names the file of --mapping."],
          [["--problems", "x", "--save-mapping", "x"], file, "--save-mapping names the file of --problems."],
          [["--report", "-"], file, "--report wants the name of a file; - is none."],
          [["--mapping", "-"], file, "--mapping wants the name of a file; - is none."],
          [["--set", "plan=a", "--set", "plan=b"], file, "--set plan is given twice."],
          [["--map", "id=id", "--map", "id=name"], file, "--map id is given twice."],
        ]
        for (const [flags, source, message] of bad) {
          const ran = yield* run(["--dry-run", ...flags], {}, source)
          assert.deepEqual([ran.exitCode, ran.stderr.split("\n", 1)[0]], [2, `✖ ${message}`])
        }
        assert.deepEqual([yield* read(file), yield* read(report), yield* read(mapping)], before)
        assert.strictEqual((yield* run(["--dry-run", "--mapping", mapping, "--save-mapping", mapping])).exitCode, 0)
      }),
    )

    it.effect("leaves a file alone that is no report, whatever is asked", () =>
      Effect.gen(function* () {
        const { directory, file, files, posts, read, run, write } = yield* importing(rows(2))
        const notes = `${directory}/notes.txt`
        yield* write("not a report\n", notes)
        for (const report of [notes, "/dev/null"]) {
          for (const args of [[], ["--restart"]]) {
            const ran = yield* run(["--report", report, ...args])
            assert.deepEqual(ran, {
              exitCode: 2,
              stdout: "",
              stderr: `✖ ${report} is not the report of an import.\n  It is left as it is; choose another file with --report.\n`,
            })
          }
        }
        const itself = yield* run(["--report", file, "--restart"])
        assert.strictEqual(itself.exitCode, 2)
        assert.strictEqual(yield* read(notes), "not a report\n")
        assert.deepEqual(yield* files, ["accounts.csv", "notes.txt"])
        assert.strictEqual(yield* posts, 0)
      }),
    )

    it.effect("says of a file that was taken away while it was imported what is known of it", () =>
      Effect.gen(function* () {
        const { faults, file, posts, run } = yield* importing(rows(40))
        yield* faults.set([{ fault: "delay", milliseconds: 300, method: "POST", after: 20, times: 1 }])
        const running = yield* Effect.forkChild(run(["--concurrency", "1"]))
        yield* Effect.repeat(posts, { until: (count) => count > 20, schedule: Schedule.spaced("5 millis") })
        yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.remove(file))
        const ran = yield* Fiber.join(running)
        assert.strictEqual(
          ran.stderr,
          `! ${file} cannot be read: there is no such file or directory. Correct the path. Whether it was changed while it was imported is not known; its report tells what was sent.\n`,
        )
        assert.match(ran.stdout, /^✔ Imported 40 of 40 rows/)
        assert.notInclude(ran.stdout, "--restart")
        assert.strictEqual(ran.exitCode, 0)
      }),
    )

    it.effect("names what a report contradicts, and claims no account that PX does not have", () =>
      Effect.gen(function* () {
        const { file, held, posts, read, run, write } = yield* importing(rows(24))
        yield* run(["--daily-quota", "12"])
        const report = yield* read()
        yield* write(report.replace('"s":"created","row":11,', '"s":"created","row":21,'), `${file}.import.ndjson`)
        const ran = yield* run(["--daily-quota", "1000"])
        assert.strictEqual(ran.exitCode, 0, ran.stdout)
        assert.match(ran.stderr, /contradicts itself in 2 places; PX was asked about the rows concerned:/)
        assert.match(ran.stderr, /\n {2}line \d+ \(created for row 21, a11\) was changed after it was written\n/)
        assert.strictEqual((yield* held).length, 24)
        assert.strictEqual(yield* posts, 24)
      }),
    )

    it.effect("sends nothing when the report cannot be written", () =>
      Effect.gen(function* () {
        const { directory, posts, run } = yield* importing(rows(2))
        const nowhere = yield* run(["--report", `${directory}/no/report`])
        assert.deepEqual(
          [nowhere.exitCode, nowhere.stderr],
          [2, `✖ ${directory}/no/report: there is no such file or directory.\n  Correct the path.\n`],
        )
        const folder = yield* run(["--report", directory, "--json"])
        assert.deepEqual([folder.exitCode, folder.stderr], [2, ""])
        assert.strictEqual(JSON.parse(folder.stdout).error.code, "journal")
        assert.strictEqual(yield* posts, 0)
      }),
    )
  },
)
