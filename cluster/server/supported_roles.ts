/**
 * What a node can be so far: broker and controller in one, and the only controller there is.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import type { BrokerConfig } from "../config/broker_config.ts";

/**
 * Refuses a node that would be a part of a cluster of several, before anything of it is written to a disk.
 *
 * @throws {InvalidConfigError} naming the config, its value, and what is allowed
 */
export function requireSupportedRoles(
  config: Pick<BrokerConfig, "nodeId" | "processRoles" | "controllerQuorumVoters">,
): void {
  const { nodeId, processRoles, controllerQuorumVoters } = config;
  const missing = ["broker", "controller"].filter((role) => !processRoles.includes(role));
  if (missing.length > 0) {
    throw new InvalidConfigError(
      `Invalid value ${processRoles.join(",")} for configuration process.roles: a cluster of ` +
        "several nodes is not supported yet, so that it must be broker,controller",
    );
  }
  const voters = [...controllerQuorumVoters];
  if (!voters.some(([id]) => id !== nodeId)) return;
  const shown = voters.map(([id, { host, port }]) => `${id}@${host}:${port}`).join(",");
  const own = controllerQuorumVoters.get(nodeId);
  const allowed = own === undefined
    ? "it must not be set"
    : `it must not be set, or be ${nodeId}@${own.host}:${own.port}`;
  throw new InvalidConfigError(
    `Invalid value ${shown} for configuration controller.quorum.voters: other controllers than node ` +
      `${nodeId} are not supported yet, so that ${allowed}`,
  );
}
