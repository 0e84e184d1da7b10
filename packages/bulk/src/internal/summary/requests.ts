/** The requests of journals by kind and answer. */
import { type Answer, bounds } from "../../ImportSummary.ts"
import type { Traffic } from "../../Run.ts"
import * as Latencies from "../latencies.ts"
import { cut } from "../texts.ts"

export const sumOf = (numbers: ReadonlyArray<number>) => numbers.reduce((sum, number) => sum + number, 0)

export const makeAnswers = () => {
  const sent = new Map<string, number>()
  const answers = new Map<string, Answer>()
  const add = (request: string, answer: string, count: number) => {
    const isTold = answers.has(`${request} ${answer}`) || answers.size < bounds.answers
    const kept = isTold ? answer : "other"
    const key = `${request} ${kept}`
    answers.set(key, { request, answer: kept, count: count + (answers.get(key)?.count ?? 0) })
  }
  return {
    add: ({ requests }: Traffic) => {
      for (const each of requests) {
        const request = cut(each.request, 20)
        sent.set(request, (sent.get(request) ?? 0) + each.sent)
        for (const [answer, count] of Object.entries(each.answers)) add(request, cut(answer, 20), count)
      }
    },
    /** How many requests were sent before the rows, and how many `any` time, of which no more is known. */
    all: ({ any, before }: { readonly any: number; readonly before: number }): ReadonlyArray<Answer> => {
      const told = [...answers.values()]
      const unanswered = [...sent].map(([request, count]) => ({
        request,
        answer: "none",
        count: count - sumOf(told.filter((answer) => answer.request === request).map((answer) => answer.count)),
      }))
      const others = [
        { request: "before", answer: "any", count: before },
        { request: "any", answer: "any", count: any },
      ]
      return [...told, ...unanswered, ...others]
        .filter(({ count }) => count > 0)
        .toSorted((one, other) => other.count - one.count)
    },
  }
}

/** The requests of a part of a run, added up. */
export const addUp = ({ latency, limit, requests }: Traffic) => {
  const latencies = Latencies.make()
  for (const [milliseconds, count] of latency) Latencies.add(latencies, milliseconds, count)
  return {
    count: sumOf(requests.map(({ sent }) => sent)),
    rateLimited: sumOf(requests.map(({ answers }) => answers["429"] ?? 0)),
    latencies,
    limit,
  }
}
