import theme from "vitepress/theme"
// oxlint-disable-next-line import/no-unassigned-import -- a style sheet gives nothing that could be named
import "./style.css"

export default theme
