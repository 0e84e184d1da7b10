/**
 * Markup for all pages. What stands between braces in it becomes text or an attribute, never markup: that is what makes untrusted text safe.
 */
import { html as markup } from "htm/preact"
import type { VNode } from "preact"

/** As in `` html`<b>${text}</b>` ``: one element. */
export const html: (parts: TemplateStringsArray, ...values: ReadonlyArray<unknown>) => VNode = markup

/** Anything that may stand between elements. */
export type Content = VNode | string | number | null | false | undefined | ReadonlyArray<Content>
