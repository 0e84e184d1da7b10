export * as Database from "./Database.ts"
export * as RateBudget from "./RateBudget.ts"
