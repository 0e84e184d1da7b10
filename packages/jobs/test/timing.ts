/** How soon a cluster of workers notices things, for the proof that compares settings. */
export { Timing } from "../src/internal/worker/engine.ts"
