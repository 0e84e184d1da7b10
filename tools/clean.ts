/** Empties `dist` of the package in the current directory before the compiler fills it, which leaves what it built of modules that are gone. */
import { rmSync } from "node:fs"

rmSync("dist", { recursive: true, force: true })
