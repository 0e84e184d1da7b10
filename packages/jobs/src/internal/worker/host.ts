/** The name or address under which a worker is reached. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Host from "effect/net/Host"
import * as NetAddress from "effect/net/NetAddress"
import * as Result from "effect/Result"
import { JobError } from "../../JobError.ts"

/** What a URL may have for its host. At the address that stands for all of a machine each machine reaches itself. */
const isReachable = (host: Host.Host): boolean =>
  Host.isDomainName(host) || (NetAddress.isIpAddress(host) && !NetAddress.isUnspecified(host))

/** Why other workers cannot reach one under this name, if they cannot. */
export const refusalOf = (host: string): JobError | undefined =>
  Result.match(Host.hostFromString(host), { onFailure: () => false, onSuccess: isReachable })
    ? undefined
    : new JobError({
        kind: "InvalidOptions",
        message: `Other workers cannot reach this one under "${visible(host, 100)}".`,
        hint: "Its host is the name of its machine or an IP address of it, without a port, such as 10.0.0.7.",
      })
