/**
 * `@effect/vitest` for packages that run these tests through themselves: it leaves out what is about core alone and what a package says cannot
 * hold there, and fails a test that never met the package.
 */
import { join } from "node:path"
import process from "node:process"
import { afterEach, assert, beforeEach, describe as describeAll, it as itAll } from "@effect/vitest"
import { passage } from "./bridged.ts"

export { assert }

/** Parts of core by themselves, and layers that a package has in a way of its own. */
const ofCoreAlone = new Set([
  "weigh",
  "a date that may have been cut off",
  "the server's clock",
  "faultOf",
  "layerConfig",
  "layerFromConfig",
  "layerWithQuotaStore",
  "layerTest",
])

const { exceptions } = await import(join(process.cwd(), "test", "behaviour", "exceptions.ts"))

export const describe = (name: string, tests: () => void): void => {
  if (ofCoreAlone.has(name)) return
  describeAll(name, () => {
    beforeEach(() => {
      passage.isUsed = false
    })
    afterEach(({ task }) => {
      assert.isTrue(passage.isUsed, `${task.name} does not go through the package`)
    })
    tests()
  })
}

const isOut = (title: string) => Object.hasOwn(exceptions, title)

type Tester = typeof itAll.effect

/** A way to state a test, but for those that are left out. */
const allBut = (state: Tester): Tester =>
  Object.assign(
    (...test: Parameters<Tester>) => {
      if (!isOut(test[0])) state(...test)
    },
    {
      ...state,
      each:
        <A>(cases: ReadonlyArray<A>) =>
        (title: string, ...rest: ReadonlyArray<never>) => {
          const left = cases.filter((each) => !isOut(title.replace("%s", String(Array.isArray(each) ? each[0] : each))))
          state.each(left)(title, ...(rest as unknown as readonly [never]))
        },
    },
  ) as Tester

const ways: Readonly<Record<PropertyKey, Tester>> = { effect: allBut(itAll.effect), live: allBut(itAll.live) }

export const it = new Proxy(itAll, { get: (target, name) => ways[name] ?? Reflect.get(target, name) })
