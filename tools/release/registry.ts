/**
 * A package registry on loopback that serves releases, without a network, and remembers what was fetched.
 */
import { createHash } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Release, Releases } from "./installed.ts"

export interface Registry extends AsyncDisposable {
  readonly url: string
  /** The names of the packages whose tarballs were fetched, in order. */
  readonly fetched: ReadonlyArray<string>
}

const described = ({ manifest, tarball }: Release, url: string) => {
  const { name, version } = manifest
  const integrity = `sha512-${createHash("sha512").update(tarball()).digest("base64")}`
  return { ...manifest, dist: { tarball: `${url}${name}/-/${version}.tgz`, integrity } }
}

export const startRegistry = async (releases: Releases): Promise<Registry> => {
  const fetched: Array<string> = []
  const server = createServer((request, response) => {
    const [name = "", file] = decodeURIComponent(request.url ?? "")
      .slice(1)
      .split("/-/")
    const versions = [...(releases.get(name)?.values() ?? [])]
    const release = versions.find(({ manifest }) => file === undefined || file === `${manifest.version}.tgz`)
    if (release === undefined) {
      response.writeHead(404, { "content-type": "application/json" }).end("{}")
      return
    }
    if (file !== undefined) {
      fetched.push(name)
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(release.tarball())
      return
    }
    response.writeHead(200, { "content-type": "application/json" }).end(
      JSON.stringify({
        name,
        "dist-tags": { latest: release.manifest.version },
        versions: Object.fromEntries(versions.map((each) => [each.manifest.version, described(each, url)])),
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    url,
    fetched,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
