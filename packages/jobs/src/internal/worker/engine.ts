/**
 * Effect's durable engine: alone in this process, or as one runner of many, which reach each other by HTTP and agree through the database.
 */
import * as HttpRunner from "effect/cluster/HttpRunner"
import type { MessageStorage } from "effect/cluster/MessageStorage"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as RunnerHealth from "effect/cluster/RunnerHealth"
import * as Runners from "effect/cluster/Runners"
import * as RunnerStorage from "effect/cluster/RunnerStorage"
import * as Sharding from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as SqlMessageStorage from "effect/cluster/SqlMessageStorage"
import * as SqlRunnerStorage from "effect/cluster/SqlRunnerStorage"
import * as Context from "effect/Context"
import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import type { HttpRouter } from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import type { SqlClient } from "effect/sql/SqlClient"

type Engine = Sharding.Sharding | MessageStorage

/**
 * How soon a cluster notices things. A worker that dies is replaced within some fifteen seconds. The lock of a shard is refreshed three times before it
 * expires, so that one slow answer of the database moves nothing. A proof sets others to compare them.
 */
export const Timing = Context.Reference<Partial<ShardingConfig.ShardingConfig["Service"]>>(
  "@effect-aptrinsic/jobs/internal/worker/engine/Timing",
  {
    defaultValue: () => ({
      // Each is locked, refreshed and let go of by itself.
      shardsPerGroup: 60,
      shardLockExpiration: "6 seconds",
      shardLockRefreshInterval: "2 seconds",
      runnerHealthCheckInterval: "2 seconds",
      entityMessagePollInterval: "1 second",
      refreshAssignmentsInterval: "1 second",
      entityTerminationTimeout: "2 seconds",
    }),
  },
)

const layerConfig = (own: Partial<ShardingConfig.ShardingConfig["Service"]>) =>
  Layer.unwrap(Effect.map(Timing, (timing) => ShardingConfig.layer({ ...timing, ...own })))

/** Beside the tables of a program that has a cluster of its own. */
const tables = { prefix: "aptrinsic_cluster" }

const layerMessages = Layer.provide(SqlMessageStorage.layerWith(tables), Digest.layerWebCrypto)

export const layerAlone: Layer.Layer<Engine, never, SqlClient> = Sharding.layer.pipe(
  Layer.provide(Runners.layerNoop),
  Layer.provideMerge(layerMessages),
  Layer.provide([RunnerStorage.layerMemory, RunnerHealth.layerNoop]),
  Layer.provide(layerConfig({})),
)

const path = "/runner"

/** The runners of a cluster talk over the routes of the server in the context. */
export const layerRunner = (address: {
  readonly host: string
  readonly port: number
}): Layer.Layer<Engine, never, SqlClient | HttpClient | HttpRouter> => {
  const layerProtocol = HttpRunner.layerClientProtocolHttp({ path })
  const layerHealth = RunnerHealth.layerPing.pipe(Layer.provide(Runners.layerRpc), Layer.provide(layerProtocol))
  const runnerAddress = Option.some(new RunnerAddress.RunnerAddress(address))
  return HttpRunner.layerHttpOptions({ path }).pipe(
    Layer.provide([layerProtocol, layerHealth]),
    Layer.provideMerge(layerMessages),
    Layer.provide(Layer.orDie(SqlRunnerStorage.layerWith(tables))),
    Layer.provide(layerConfig({ runnerAddress })),
    Layer.provide(RpcSerialization.layerNdjson),
  )
}
