/** What a page has to load to check a file that somebody drops on it. */
export { check } from "@effect-aptrinsic/files/Check"
export { make } from "@effect-aptrinsic/files/Mapping"
export { open } from "@effect-aptrinsic/files/Source"
