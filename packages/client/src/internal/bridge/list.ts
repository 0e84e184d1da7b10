/**
 * A list as a stream that ends with what a program without Effect can read.
 */
import { Accounts } from "@effect-aptrinsic/core/Accounts"
import { CurrentObserver } from "@effect-aptrinsic/core/AccountsEvent"
import { listAccounts } from "@effect-aptrinsic/core/AccountsList"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Account } from "../../Account.ts"
import type { ListFailed } from "../../ListFailed.ts"
import type { ListOptions } from "../../Options.ts"
import { unlessAborted } from "./abort.ts"
import { type Calls, watch } from "./calls.ts"
import { listAborted, listFailedOf } from "./results.ts"

export const list = (calls: Calls, options: ListOptions | undefined): Stream.Stream<Account, ListFailed> =>
  Stream.unwrap(
    Effect.map(watch(calls, undefined, false), ({ observer, progress }) => {
      const aborted = Effect.flatMap(progress, (each) => Effect.fail(listAborted(each)))
      return listAccounts(options).pipe(
        Stream.provideService(Accounts, calls.service),
        Stream.provideService(CurrentObserver, observer),
        Stream.mapError(listFailedOf),
        Stream.interruptWhen(Effect.andThen(unlessAborted(Effect.never, options?.signal, calls.disposed), aborted)),
        // A client that is disposed of interrupts its requests.
        Stream.catchCauseIf(Cause.hasInterruptsOnly, () => Stream.fromEffect(aborted)),
      )
    }),
  )
