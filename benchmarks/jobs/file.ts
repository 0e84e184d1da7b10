/** The file that is imported: accounts of a dozen columns. */
import { writeFileSync } from "node:fs"

const header = "id,name,propertyKeys,industry,numberOfEmployees,website,plan,location.city,location.countryCode,csm"

export const writeFile = (path: string, rows: number, name: string): void => {
  const lines = Array.from(
    { length: rows },
    (_, n) =>
      `${name}-${n},"Acme ${n} Incorporated",AP-XXXXXXXXXX-2,Computer Software,${n % 50_000},https://www.customer-${n}.example.com/home,enterprise,San Mateo,USA,success.${n % 300}@example.com\n`,
  )
  writeFileSync(path, `${header}\n${lines.join("")}`)
}
