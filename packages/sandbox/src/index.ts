/**
 * The Gainsight PX accounts API, served locally.
 *
 * @since 0.1.0
 */
export * as Control from "./Control.ts"
export * as Faults from "./Faults.ts"
export * as Habits from "./Habits.ts"
export * as Latency from "./Latency.ts"
export * as Limits from "./Limits.ts"
export * as RequestLog from "./RequestLog.ts"
export * as Sandbox from "./Sandbox.ts"
export * as Store from "./Store.ts"
export * as Subscription from "./Subscription.ts"
