/** What the program in `consumer` prints. */
export const printed = {
  created: "acme",
  second: "PossibleDuplicate",
  read: "Acme Inc",
  imported: ["acme: Duplicate", "globex: Created"],
  job: "Done: 1 created, 2 there",
}
