/** How much is asked of PX beside what a file has to be sent for. */

/** Rows that changed since an earlier run sent them, and that one run compares with what PX holds, each with one GET. */
export const maxCompared = 1000
