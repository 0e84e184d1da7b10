export { type Client, createClient } from "./Client.ts"
export { InvalidOptions } from "./InvalidOptions.ts"
export { ListFailed, type ListReason } from "./ListFailed.ts"
export type {
  ClientEvent,
  CreateAllOptions,
  CreateOptions,
  ListOptions,
  Options,
  ReadOptions,
  Span,
  UpdateOptions,
  UpsertOptions,
} from "./Options.ts"
export type {
  Aborted,
  Attempt,
  Created,
  Existed,
  NotCreated,
  NotUpdated,
  There,
  Unknown,
  CreateReason,
  CreateResult,
  Difference,
  Facts,
  FieldIssue,
  OneOfAll,
  ReadFailed,
  ReadReason,
  ReadResult,
  Updated,
  UpdateReason,
  UpdateResult,
  UpdateUnknown,
  Upserted,
  UpsertResult,
} from "./Result.ts"
export type * from "./Account.ts"
