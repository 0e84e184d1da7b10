/**
 * Runs before a package is packed. npm knows nothing of `publishConfig.exports`: a package that it packs points at sources, which no Node
 * runs in node_modules.
 */
import process from "node:process"

const tool = process.env.npm_execpath ?? "an unknown tool"
if (!/[\\/]pnpm[^\\/]*$/u.test(tool)) {
  console.error(
    "These packages are packed and published by pnpm alone; with npm they would point at sources: pnpm pack.",
  )
  process.exitCode = 1
}
