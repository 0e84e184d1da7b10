/**
 * What the `Date` headers of answers tell of the server's clock. Each answer bounds it: the header was written between the sending of the
 * request and the end of the answer, and names a whole second (RFC 9110, section 6.6.1). Many answers leave little room.
 *
 * Local times are milliseconds of the monotonic clock, the server's are epoch milliseconds.
 */

export interface ServerClock {
  readonly note: (date: number, sentAt: number, receivedAt: number) => void
  /** The earliest and the latest time the server's clock can have shown at a local time; undefined while no answer told. */
  readonly at: (time: number) => { readonly earliest: number; readonly latest: number } | undefined
}

const second = 1000

export const makeServerClock = (): ServerClock => {
  let ahead: { readonly least: number; readonly most: number } | undefined
  return {
    note: (date, sentAt, receivedAt) => {
      const least = Math.max(ahead?.least ?? Number.NEGATIVE_INFINITY, date - receivedAt)
      const most = Math.min(ahead?.most ?? Number.POSITIVE_INFINITY, date + second - sentAt)
      // Answers that contradict each other: one of the clocks was set, so that only the newest counts.
      ahead = least <= most ? { least, most } : { least: date - receivedAt, most: date + second - sentAt }
    },
    at: (time) => (ahead === undefined ? undefined : { earliest: time + ahead.least, latest: time + ahead.most }),
  }
}
