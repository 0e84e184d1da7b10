/**
 * The accounts of the sandbox: the newest, or those that a search finds, and one of them as it was sent and as a read gives it.
 */
import { useEffect, useState } from "preact/hooks"
import { Copy } from "../shared/Copy.ts"
import { count, moment, named, visible } from "../shared/format.ts"
import { html } from "../shared/html.ts"
import { Table } from "../shared/Table.ts"
import { type Account, account, accounts, type Stored } from "./control.ts"
import { pretty } from "./json.ts"

const size = 20

const many = 20_000

interface PartProps {
  readonly name: string
  readonly value: unknown
}

const Part = ({ name, value }: PartProps) => html`
  <div>
    <div class="bar">
      <h3>${name}</h3>
      <${Copy} name=${`the account ${name.toLowerCase()}`} text=${JSON.stringify(value)} />
    </div>
    <pre tabindex="0" aria-label=${name}>${pretty(value)}</pre>
  </div>
`

interface DetailsProps {
  /** As the list has it. */
  readonly listed: Stored
  /** Differs when the account may have changed. */
  readonly changed: unknown
}

const Details = ({ changed, listed }: DetailsProps) => {
  const { id } = listed.account
  const [found, show] = useState<Account | string>("…")
  useEffect(() => {
    account(id).then(show, (error: Error) =>
      show(`A read gives nothing for ${named(id, 60)}: ${visible(error.message)}.`),
    )
  }, [id, changed])
  const isRead = typeof found !== "string"
  return html`
    <div class="details">
      <${Part} name="As it was sent" value=${(isRead ? found.stored : listed).account} />
      ${
        isRead
          ? html`<${Part} name="As a read gives it" value=${found.read} />`
          : html`<p class="dim" role="status">${found}</p>`
      }
    </div>
  `
}

/** Waits until a value has not changed for a while. */
const useSettled = <A>(value: A, milliseconds: number): A => {
  const [settled, settle] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => settle(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** A value at most once a second while it changes. */
const useThrottled = <A>(value: A): A => {
  const [{ at, shown }, show] = useState({ at: 0, shown: value })
  useEffect(() => {
    const timer = setTimeout(() => show({ at: Date.now(), shown: value }), Math.max(0, at + 1_000 - Date.now()))
    return () => clearTimeout(timer)
  }, [value])
  return shown
}

interface Page {
  readonly found: ReadonlyArray<Stored>
  readonly hasMore: boolean
}

/** Newest first without a search, in the order they were created with one. */
const read = async (search: string, page: number, total: number, signal: AbortSignal): Promise<Page> => {
  if (search !== "") {
    const found = await accounts({ search, skip: page * size, limit: size + 1 }, signal)
    return { found: found.slice(0, size), hasMore: found.length > size }
  }
  const end = Math.max(0, total - page * size)
  const start = Math.max(0, end - size)
  const found = end === 0 ? [] : await accounts({ skip: start, limit: end - start }, signal)
  return { found: found.toReversed(), hasMore: start > 0 }
}

interface SaidOptions {
  readonly found: ReadonlyArray<Stored>
  /** Whether what is shown is what was asked for. */
  readonly isThere: boolean
  readonly page: number
  readonly search: string
  readonly total: number
}

const said = ({ found, isThere, page, search, total }: SaidOptions) => {
  if (search === "") return `${count(total)} in all, the newest first.`
  if (!isThere) return "Searching…"
  if (found.length === 0) return "None has this in its id or name."
  return `Those whose id or name has it, page ${page + 1}.`
}

const when = (at: number) => html`<span class="when">${moment(at)}</span>`

/** `changed` differs whenever an account may have changed. */
export const Accounts = ({ changed, total }: { readonly changed: number; readonly total: number }) => {
  const [typed, type] = useState("")
  const [page, turn] = useState(0)
  const [open, setOpen] = useState<Stored>()
  const [{ found, hasMore }, show] = useState<Page>({ found: [], hasMore: false })
  const [searched, setSearched] = useState<string>()
  const search = useSettled(typed, 200)
  const news = useThrottled(`${total} ${changed}`)
  // Every account is looked at for a search: with many of them it shows what it found when it was asked for.
  const asked = search !== "" && total > many ? "" : news
  useEffect(() => {
    const giveUp = new AbortController()
    read(search, page, total, giveUp.signal).then(
      (next) => {
        show(next)
        setSearched(search)
      },
      () => undefined,
    )
    return () => giveUp.abort()
  }, [search, page, asked])
  const columns = [
    {
      name: "Id",
      cell: (listed: Stored) => {
        const isOpen = open?.account.id === listed.account.id
        return html`
          <button
            type="button"
            class="row"
            aria-expanded=${isOpen}
            onClick=${() => setOpen(isOpen ? undefined : listed)}
          >
            ${named(listed.account.id, 60)}
          </button>
        `
      },
    },
    { name: "Name", cell: ({ account: { name } }: Stored) => named(name, 80) },
    { name: "Created", cell: ({ createDate }: Stored) => when(createDate) },
    { name: "Changed", cell: ({ lastModifiedDate }: Stored) => (lastModifiedDate ? when(lastModifiedDate) : "") },
  ]
  return html`
    <section class="card accounts" aria-labelledby="accounts">
      <div class="bar">
        <h2 id="accounts">Accounts</h2>
        <input
          type="search"
          aria-label="Search the accounts by id or name"
          placeholder="Search by id or name"
          value=${typed}
          onInput=${({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
            type(currentTarget.value)
            turn(0)
          }}
        />
        <span class="buttons">
          <button type="button" disabled=${page === 0} onClick=${() => turn(page - 1)}>Back</button>
          <button type="button" disabled=${!hasMore} onClick=${() => turn(page + 1)}>More</button>
        </span>
      </div>
      <p class="dim" role=${typed === "" ? undefined : "status"}>
        ${said({ found, isThere: searched === typed, page, search: typed, total })}
      </p>
      ${found.length > 0 && html`<${Table} caption="Accounts" columns=${columns} rows=${found} keyOf=${({ account: { id } }: Stored) => id} />`}
      ${open !== undefined && html`<${Details} key=${open.account.id} listed=${open} changed=${news} />`}
    </section>
  `
}
