/**
 * The adapter of the runtime that runs the tests.
 */
export const isDeno = "Deno" in globalThis
export const adapter = isDeno ? await import("../src/Deno.ts") : await import("../src/Node.ts")
