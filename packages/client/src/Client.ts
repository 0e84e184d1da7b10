/**
 * A client of the accounts API with promises, for programs without Effect.
 *
 * @since 0.1.0
 */
import type { Account, AccountChanges, NewAccountInput } from "./Account.ts"
import { makeClient } from "./internal/bridge/client.ts"
import type {
  CreateAllOptions,
  CreateOptions,
  ListOptions,
  Options,
  ReadOptions,
  UpdateOptions,
  UpsertOptions,
} from "./Options.ts"
import type { CreateResult, OneOfAll, ReadResult, UpdateResult, UpsertResult } from "./Result.ts"

/**
 * Creates, updates, lists and reads accounts.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Client {
  /**
   * Creates an account in PX and says for certain whether it was created (`POST /v1/accounts`).
   *
   * The input is checked first, every problem at once, and nothing is sent when there is one. Requests wait their turn under the key's rate.
   * When the answer to a request is lost the account is looked up: it is sent again only after two spaced GETs did not find it. The `outcome`
   * of the result tells what is known, and a `reason` why the account was not created. Never rejects.
   */
  readonly createAccount: (input: NewAccountInput, options?: CreateOptions) => Promise<CreateResult>
  /**
   * Changes fields of an account in PX and says for certain whether it was updated (`PUT /v1/accounts/{id}`, as the vendor documents it).
   *
   * PX merges what is sent into the account. After a lost answer one lookup tells whether the account holds the changes, and they are sent again
   * when it does not. An account that is not there is `not updated` (`AccountNotFound`); none is created. Never rejects.
   */
  readonly updateAccount: (id: string, changes: AccountChanges, options?: UpdateOptions) => Promise<UpdateResult>
  /**
   * Creates the account, or changes what differs in the one that exists, and says for certain which of both, with each field before and after. A
   * lookup comes first. The same call may be made again whatever it came to. Never rejects.
   */
  readonly upsertAccount: (input: NewAccountInput, options?: UpsertOptions) => Promise<UpsertResult>
  /**
   * Lists the accounts in PX, a page with each request, and none before the one before it was taken (`GET /v1/accounts`, as the vendor documents
   * it). A scroll that breaks off is begun anew, and no account comes twice. Rejects with `ListFailed`: its reason is `ListIncomplete` when PX does
   * not show all that it counts.
   */
  readonly listAccounts: (options?: ListOptions) => AsyncIterable<Account>
  /** Reads an account by its id (`GET /v1/accounts/{id}`). Never rejects. */
  readonly getAccount: (id: string, options?: ReadOptions) => Promise<ReadResult>
  /**
   * Creates every account of a list or a stream, and gives the result of each as it ends. Accounts with the same id are sent one after the
   * other. It holds back when its results are not taken, and takes no more accounts once every other one would meet the same refusal
   * (`concernsAll`), nor waits for one. Rejects with what the stream of accounts rejects with, after the results of those that were sent, and
   * with `InvalidOptions` when `concurrency` does not work. Leaving the loop early aborts those in flight, whose results nobody sees: abort the
   * `signal` instead.
   */
  readonly createAll: <Input extends NewAccountInput>(
    accounts: Iterable<Input> | AsyncIterable<Input>,
    options?: CreateAllOptions,
  ) => AsyncIterable<OneOfAll<Input>>
  /** Requests the day's quota of this key still allows, as far as this process counted. */
  readonly remainingToday: () => Promise<number>
  /** Ends every call with the result `Aborted`. */
  readonly dispose: () => Promise<void>
}

/**
 * Makes a client. All clients of one key in a process keep one pace, at the lowest of their limits. Throws `InvalidOptions` when an option does
 * not work.
 *
 * **Example** (Creating an account)
 *
 * ```ts
 * import { createClient } from "@effect-aptrinsic/client"
 *
 * const { APTRINSIC_API_KEY: apiKey = "", APTRINSIC_BASE_URL: baseUrl } = process.env
 * const client = createClient({ apiKey, baseUrl })
 * const result = await client.createAccount({ id: "springfield", name: "Springfield", propertyKeys: ["AP-XXXXXXXXXX-2"] })
 *
 * if (result.outcome === "created") console.log(`created, known by ${result.evidence}`) // created, known by answer
 * else if (result.outcome !== "existed") console.log(result.message, result.hint)
 *
 * await client.dispose()
 * ```
 *
 * @stability stable
 * @category constructors
 * @since 0.1.0
 */
export const createClient = (options: Options): Client => makeClient(options)
