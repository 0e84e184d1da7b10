/** What the program in `consumer` prints. */
export const printed = {
  created: "acme",
  second: "PossibleDuplicate",
  read: "Acme Inc",
  imported: ["acme: Duplicate", "globex: Created"],
}
