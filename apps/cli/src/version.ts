/** The version of this program, from its package, and the commit that it was built from. */
import manifest from "../package.json" with { type: "json" }

export const version: string = manifest.version

/** Written by the build; sources that run unbuilt do not know it. */
export const commit: string = ""
