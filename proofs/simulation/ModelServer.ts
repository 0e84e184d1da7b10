/**
 * A model of the vendor's server: its store, its limit and its faults, all in virtual time. It knows what truly happened
 * to each request, whatever it tells the client.
 */
import type { Dice } from "@effect-aptrinsic/core/test/dice"
import type { Details, Method, Received, Stored } from "./history.ts"
import { ModelLists } from "./ModelLists.ts"
import { normalise, type Shown } from "./normalForms.ts"
import type { Call, Existing, Plan } from "./Plan.ts"
import type { CreateDates, Kind, ServerPlan } from "./ServerPlan.ts"
import { epoch, type World } from "./World.ts"

/** An account, or what is to change of it. */
export type Sent = Call["account"]

export interface Incoming {
  readonly call: number
  readonly request: number
  readonly method: Method
  /** From the path of a GET. */
  readonly id: string
  /** From the body of a write. */
  readonly account: Sent | undefined
  /** What a list asks for. */
  readonly list: URLSearchParams | undefined
}

/** A request under way: what it would take to keep it from arriving. */
export interface Flight {
  arrived: boolean
  cut: boolean
}

/** Whether one more request fits, at a time in milliseconds; a request that does not fit does not count. */
const makeLimiter = (plan: ServerPlan): ((at: number) => boolean) => {
  let taken: Array<number> = []
  if (plan.window === "none") return () => true
  if (plan.window === "token bucket") {
    let tokens = plan.burst
    let filledAt = 0
    return (at) => {
      tokens = Math.min(plan.burst, tokens + ((at - filledAt) * plan.limit) / 1000)
      filledAt = at
      if (tokens < 1) return false
      tokens--
      return true
    }
  }
  const windowOf = (at: number) => Math.floor((at + plan.phase) / 1000)
  return (at) => {
    taken = taken.filter((time) => (plan.window === "fixed" ? windowOf(time) === windowOf(at) : time > at - 1000))
    if (taken.length >= plan.limit) return false
    taken.push(at)
    return true
  }
}

/** The marker of a body that breaks off. */
export const brokenBody = "\u0000"

const status = (code: number, body = "", retryAfter?: number): Extract<Received, { _tag: "Status" }> => ({
  _tag: "Status",
  status: code,
  body,
  retryAfter,
})

const createDate: { readonly [Form in CreateDates]: (date: number) => object } = {
  milliseconds: (date) => ({ createDate: Math.floor(date) }),
  "whole seconds": (date) => ({ createDate: Math.floor(date / 1000) * 1000 }),
  "epoch seconds": (date) => ({ createDate: Math.floor(date / 1000) }),
  absent: () => ({}),
  zero: () => ({ createDate: 0 }),
}

export class ModelServer {
  /** All that was ever stored, oldest first. */
  readonly store: Array<Stored> = []
  private readonly world: World
  private readonly dice: Dice
  private readonly plan: Plan["server"]
  private readonly lists: ModelLists
  private readonly log: (event: Details) => void
  private readonly admits: (at: number) => boolean
  /** Whether an account is refused for good. */
  private readonly rejected = new Map<string, boolean>()

  constructor(
    world: World,
    dice: Dice,
    plan: Plan["server"],
    existing: ReadonlyArray<Existing>,
    log: (event: Details) => void,
  ) {
    this.world = world
    this.dice = dice
    this.plan = plan
    this.lists = new ModelLists(plan.lists)
    this.log = log
    this.admits = makeLimiter(plan)
    for (const { account, age } of existing) {
      const made = { maker: -1, madeAt: -age, call: -1, method: "POST", visibleAt: -age } as const
      this.store.push({ shown: this.shape(account, -age), ...made })
    }
  }

  /** Takes a request on its way; `answer` is called at most once, when the client gets something. */
  take(incoming: Incoming, answer: (received: Received) => void): Flight {
    const flight: Flight = { arrived: false, cut: false }
    const faults = incoming.method === "GET" ? this.plan.getFaults : this.plan.postFaults
    const kind = this.dice.chance(faults) ? this.dice.pick(this.plan.kinds) : undefined
    if (kind === "connect") {
      const code = this.dice.pick(["ECONNREFUSED", "ENOTFOUND", "UND_ERR_CONNECT_TIMEOUT"])
      this.world.after(this.dice.between(0, 50), () => answer({ _tag: "Fault", code }))
      return flight
    }
    this.world.after(this.oneWay(), () => {
      if (flight.cut) return
      flight.arrived = true
      const received = this.process(incoming, kind)
      if (received !== undefined) {
        const complete = this.withHeaders(received)
        this.world.after(this.oneWay(), () => answer(complete))
      }
    })
    return flight
  }

  private withHeaders(received: Received): Received {
    if (received._tag !== "Status") return received
    return {
      ...received,
      ...(this.dice.chance(this.plan.namesExhaustion) ? { exhaustedFor: this.dice.pick([1000, 3000]) } : {}),
      ...(this.dice.chance(this.plan.dates) ? { date: this.clock(this.world.now) } : {}),
    }
  }

  private clock(at: number): number {
    return epoch + at + this.plan.clockAhead
  }

  private oneWay(): number {
    return this.dice.between(...this.plan.latency)
  }

  private process(incoming: Incoming, kind: Kind | undefined): Received | undefined {
    if (!this.admits(this.world.now)) {
      this.log({ _tag: "Limited", call: incoming.call, request: incoming.request })
      return status(429, "", this.plan.namesRetryAfter ? 1000 : undefined)
    }
    if (kind === "429") return status(429, "<html>", this.dice.pick([undefined, 1000, 2000, 30_000, 86_400_000]))
    if (incoming.list !== undefined) return this.list(incoming.list, kind)
    return incoming.account === undefined ? this.read(incoming, kind) : this.write(incoming, incoming.account, kind)
  }

  /** Whatever it answers, the scroll may have moved on. */
  private list(parameters: URLSearchParams, kind: Kind | undefined): Received | undefined {
    if (kind === "refusal") return status(this.dice.pick([400, 401, 403, 404]))
    // An account is there as soon as anything shows of it, an update of it too, in the order in which accounts were made.
    const shown = this.store.filter(({ visibleAt }) => visibleAt <= this.world.now)
    const isThere = ({ madeAt, maker, method }: Stored) =>
      method === "POST" && shown.some((each) => each.maker === maker && each.madeAt === madeAt)
    const ids = this.store.filter(isThere).map((stored) => stored.shown.id)
    const page = this.lists.page(this.world.now, parameters, ids)
    switch (kind) {
      case "reset":
        return { _tag: "Fault", code: "ECONNRESET" }
      case "silence":
        return undefined
      case "5xx":
        return status(this.dice.pick([500, 503]))
      case "odd 4xx":
        return status(this.dice.pick([408, 409]))
      case "odd 2xx":
        return status(this.dice.pick([200, 204]), this.dice.pick(["", "[]", "<html>", "{}"]))
      case "redirect":
        return status(302)
      case "body":
        return status(200, brokenBody)
      default:
        return page === undefined ? status(this.dice.pick([400, 404])) : status(200, page)
    }
  }

  private read({ id }: Incoming, kind: Kind | undefined): Received | undefined {
    const stored = this.store.findLast(({ shown, visibleAt }) => shown.id === id && visibleAt <= this.world.now)
    const regular = stored === undefined ? status(404) : { ...status(200, JSON.stringify(stored.shown)), stored }
    switch (kind) {
      case "reset":
        return { _tag: "Fault", code: "ECONNRESET" }
      case "silence":
        return undefined
      case "5xx":
        return status(this.dice.pick([500, 503]), "", this.dice.pick([undefined, 1000, 120_000]))
      case "odd 4xx":
        return status(this.dice.pick([408, 409]))
      case "odd 2xx":
        return status(200, this.dice.pick(["", "[]", "<html>", JSON.stringify({ ...stored?.shown, id: "another" })]))
      case "redirect":
        return status(302)
      case "refusal":
        return status(this.dice.pick([401, 403]))
      case "body":
        return stored === undefined ? regular : status(200, brokenBody)
      default:
        return regular
    }
  }

  private write(incoming: Incoming, account: Sent, kind: Kind | undefined): Received | undefined {
    const { settlesWithin } = this.plan
    const done = incoming.method === "POST" ? 201 : 204
    const refusal = this.refusal(incoming, account)
    const commits = refusal === undefined && this.dice.chance(0.5)
    const unclear = (received: Received | undefined, within: number) => {
      // A server that answers 5xx or breaks off may store the account a little later.
      if (commits) this.commit(incoming, account, this.late(within), within)
      return received
    }
    switch (kind) {
      case "reset": {
        const code = this.dice.pick(["ECONNRESET", "UND_ERR_SOCKET", "HPE_INVALID_CONSTANT"])
        return unclear({ _tag: "Fault", code }, settlesWithin.broken)
      }
      case "silence":
        return unclear(undefined, settlesWithin.working)
      case "5xx": {
        const code = this.dice.pick([500, 502, 503, 503, 504, 520])
        const retryAfter = code === 503 ? this.dice.pick([undefined, 1000, 5000, 120_000]) : undefined
        return unclear(status(code, "<html>", retryAfter), settlesWithin.working)
      }
      case "odd 4xx":
        return unclear(status(this.dice.pick([408, 409, 425])), settlesWithin.working)
      case "odd 2xx":
        return unclear(status(this.dice.pick([200, 202, done === 201 ? 204 : 201]), "<html>"), settlesWithin.working)
      case "redirect":
        return this.dice.chance(0.5)
          ? unclear(status(this.dice.pick([301, 302, 303])), settlesWithin.broken)
          : status(this.dice.pick([307, 308]))
      case "refusal":
        return status(this.dice.pick([400, 401, 403, 404, 422]), "nope")
    }
    if (refusal !== undefined) return refusal
    this.commit(incoming, account, 0, settlesWithin.broken)
    if (done === 204) return status(done)
    return status(done, kind === "body" ? this.dice.pick([brokenBody, "", "[]", "{"]) : "{}")
  }

  /** How late something is: mostly not at all, or else often as late as may be. */
  private late(within: number): number {
    return this.dice.chance(0.3) ? this.dice.pick([within, this.dice.between(0, within)]) : 0
  }

  private refusal({ method }: Incoming, { id }: Sent): Received | undefined {
    const isRejected = this.rejected.get(id) ?? this.dice.chance(this.plan.rejects)
    this.rejected.set(id, isRejected)
    if (isRejected) return status(400, "not valid")
    const exists = this.store.some(({ shown }) => shown.id === id)
    if (method === "PUT") return exists ? undefined : status(404)
    return this.plan.refusesSecond && exists ? status(400, "exists") : undefined
  }

  private shape(account: Sent, at: number): Shown {
    return {
      website: "",
      numberOfEmployees: 0,
      ...normalise(account, this.plan.normalForms),
      ...createDate[this.plan.createDates](this.clock(at) + this.plan.storeAhead),
    }
  }

  /** The newest account of the id with the changes merged into it. */
  private changed(changes: Sent): Pick<Stored, "maker" | "madeAt" | "shown"> {
    const { madeAt, maker, shown } = this.store.findLast((stored) => stored.shown.id === changes.id)!
    return { maker, madeAt, shown: { ...shown, ...normalise(changes, this.plan.normalForms) } }
  }

  private commit(incoming: Incoming, account: Sent, delay: number, within: number): void {
    const { call, method, request } = incoming
    const store = () => {
      if (this.refusal(incoming, account) !== undefined) return
      const { now } = this.world
      const visibleAt = now + this.late(within - delay)
      const made = { maker: call, madeAt: now, shown: this.shape(account, now) }
      if (method === "POST") this.store.push({ ...made, call, method, visibleAt })
      else this.store.push({ ...this.changed(account), call, method: "PUT", visibleAt })
      this.log({ _tag: "Committed", call, request, id: account.id })
    }
    if (delay === 0) store()
    else this.world.after(delay, store)
  }
}
