/** What a program has to load to submit jobs that workers elsewhere carry out. */
export { ImportJob, layer } from "@effect-aptrinsic/jobs/ImportJob"
