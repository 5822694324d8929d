/**
 * Whether a node is a cluster by itself.
 *
 * @module
 */

import type { BrokerConfig } from "../config/broker_config.ts";

/**
 * Whether a node is broker, controller, and the only controller that its configs know of. Such a node needs nobody, so that its empty directories are
 * formatted without being asked; those of a node among others have to be told which cluster they belong to.
 */
export function isWholeCluster(
  { nodeId, processRoles, controllerQuorumVoters, controllerQuorumBootstrapServers }: Pick<
    BrokerConfig,
    "nodeId" | "processRoles" | "controllerQuorumVoters" | "controllerQuorumBootstrapServers"
  >,
): boolean {
  return ["broker", "controller"].every((role) => processRoles.includes(role)) &&
    [...controllerQuorumVoters.keys()].every((id) => id === nodeId) &&
    controllerQuorumBootstrapServers.length <= 1;
}
