import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Ini from "effect/encoding/Ini"
import * as Yaml from "effect/encoding/Yaml"
import { aptrinsic, offline } from "./support/aptrinsic.ts"
import { layerServices } from "./support/runtime.ts"

const read = (name: string) => readFileSync(new URL(`../../../docs/deploy/${name}`, import.meta.url), "utf8")

/** The parts of a deployment that are looked at. */
interface Deployment {
  readonly spec: {
    readonly selector: { readonly matchLabels: object }
    readonly template: {
      readonly metadata: { readonly labels: object }
      readonly spec: {
        readonly terminationGracePeriodSeconds: number
        readonly volumes: ReadonlyArray<{ readonly name: string }>
        readonly containers: readonly [Container]
      }
    }
  }
}

interface Container {
  readonly command: ReadonlyArray<string>
  readonly ports: ReadonlyArray<object>
  readonly livenessProbe: { readonly httpGet: object }
  readonly readinessProbe: { readonly httpGet: object }
  readonly volumeMounts: ReadonlyArray<{ readonly name: string; readonly mountPath: string }>
}

/** The flags of the command, as its help shows them. */
const flagsIn = (text: string) => text.match(/--[a-z-]+/gu) ?? []

/** Holds the words behind `worker` to the flags that the command has. */
const holdToHelp = Effect.fnUntraced(function* (words: ReadonlyArray<string>) {
  assert.include(words, "worker")
  const { stdout } = yield* aptrinsic(["worker", "--help"], offline)
  const known = flagsIn(stdout)
  for (const flag of words.slice(words.indexOf("worker")).filter((word) => word.startsWith("--"))) {
    assert.include(known, flag)
  }
})

describe("what starts workers", () => {
  it.effect("is a unit of systemd that starts the command and gives it time to drain", () =>
    Effect.gen(function* () {
      const unit = Ini.parse(read("aptrinsic-worker.service")) as Record<string, Record<string, string>>
      yield* holdToHelp(unit["Service"]!["ExecStart"]!.split(" "))
      assert.isAbove(Number(unit["Service"]!["TimeoutStopSec"]), 40)
      assert.strictEqual(unit["Service"]!["SuccessExitStatus"], "143")
    }).pipe(Effect.provide(layerServices)),
  )

  it.effect(
    "is a deployment of Kubernetes whose probes ask where the worker answers, and whose mounts are volumes",
    () =>
      Effect.gen(function* () {
        const { spec } = Yaml.parse(read("kubernetes.yaml")) as Deployment
        const pod = spec.template.spec
        const [worker] = pod.containers
        yield* holdToHelp(worker.command)
        const port = Number(worker.command[worker.command.indexOf("--port") + 1])
        assert.deepStrictEqual(
          [worker.livenessProbe, worker.readinessProbe].map(({ httpGet }) => httpGet),
          [
            { path: "/health/live", port },
            { path: "/health/ready", port },
          ],
        )
        assert.deepStrictEqual(worker.ports, [{ containerPort: port }])
        assert.deepStrictEqual(spec.selector.matchLabels, spec.template.metadata.labels)
        assert.deepStrictEqual(
          worker.volumeMounts.map(({ name }) => name),
          pod.volumes.map(({ name }) => name),
        )
        assert.strictEqual(worker.volumeMounts[0]?.mountPath, worker.command[worker.command.indexOf("--keys") + 1])
        assert.isAbove(pod.terminationGracePeriodSeconds, 40)
      }).pipe(Effect.provide(layerServices)),
  )
})
