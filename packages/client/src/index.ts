export { type Client, createClient } from "./Client.ts"
export { InvalidOptions } from "./InvalidOptions.ts"
export type { ClientEvent, CreateAllOptions, CreateOptions, Options, ReadOptions, Span } from "./Options.ts"
export type {
  Aborted,
  Attempt,
  Created,
  Existed,
  NotCreated,
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
} from "./Result.ts"
export type * from "./Account.ts"
