/**
 * Texts of which nothing can be seen.
 */

const invisible = /^[\s\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]*$/u

/** Whether a text consists of spaces and characters without a form of their own; controls are left to those who look for them. */
export const isBlank = (text: string): boolean => {
  const first = text.charCodeAt(0)
  // Most texts begin with a letter or a digit, which one comparison finds out.
  return (first <= 32 || first > 127 || text === "") && invisible.test(text)
}
