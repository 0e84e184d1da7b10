/**
 * What a job may be called and how many lanes it may have, also for who asks before there is one.
 */

/** Whether a job, or the key that it names, may be called so. */
export const isName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/u.test(text)

/** As a phrase behind "has to be". */
export const nameRule =
  "made of letters, digits, full stops, dashes and underscores, at most 100 of them, and begin with a letter or a digit"

export const mostLanes = 64
