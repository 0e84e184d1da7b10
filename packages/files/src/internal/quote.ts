/** A text of the file as a message shows it: quoted, escaped, shortened. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"

export const quote = (text: string): string => visible(JSON.stringify(text), 60)
