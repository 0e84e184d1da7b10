/**
 * Reads the vendor's published page of `POST /v1/accounts`, kept beside this file as it was copied: fields are bullets,
 * nesting is indentation.
 */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

export interface ContractField {
  readonly path: string
  readonly type: string
  readonly required: boolean
}

const bullet = /^(\s*)• (\S+) (\S+)( Required)?$/

const readFields = (lines: ReadonlyArray<string>): ReadonlyArray<ContractField> => {
  const parents: Array<{ readonly indent: number; readonly name: string }> = []
  return lines.flatMap((line) => {
    const [, space, name, type, required] = bullet.exec(line) ?? []
    if (space === undefined || name === undefined || type === undefined) return []
    while (parents.length > 0 && parents.at(-1)!.indent >= space.length) parents.pop()
    parents.push({ indent: space.length, name })
    return [{ path: parents.map((parent) => parent.name).join("."), type, required: required !== undefined }]
  })
}

const between = (lines: ReadonlyArray<string>, from: RegExp, to: RegExp) => {
  const start = lines.findIndex((line) => from.test(line)) + 1
  return lines.slice(start, start + lines.slice(start).findIndex((line) => to.test(line)))
}

export const readContract = () => {
  const text = readFileSync(fileURLToPath(new URL("create-account.txt", import.meta.url)), "utf8")
  const lines = text.split("\n")
  const responses = between(lines, /^Responses$/, /^POST /)
  return {
    body: readFields(between(lines, /^Body Required$/, /^Responses$/)),
    answer: readFields(between(responses, /• 201 /, /• 400/)),
    statusCodes: /Values are (.*)\./.exec(text)![1]!.split(/, (?:or )?/),
    responses: responses.flatMap((line, index) => {
      const status = /^ {2}• (\d{3})/.exec(line)?.[1]
      if (status === undefined) return []
      const description = responses.slice(index + 1).find((next) => next.trim() !== "")!
      return [[status, description.trim()]]
    }),
  }
}
