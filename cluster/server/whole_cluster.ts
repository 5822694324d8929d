/**
 * Whether a node is a cluster by itself.
 *
 * @module
 */

import type { Address } from "../../client/network/transport.ts";
import type { BrokerConfig } from "../config/broker_config.ts";

/** Hosts that are the node's own wherever it is. */
const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);

/**
 * Whether a node is broker, controller, and the only controller that its configs know of. Such a node needs nobody, so that its empty directories are
 * formatted without being asked; those of a node among others have to be told which cluster they belong to.
 */
export function isWholeCluster(
  {
    nodeId,
    processRoles,
    controllerQuorumVoters: voters,
    controllerQuorumBootstrapServers: servers,
    advertisedControllerListeners: own,
  }: Pick<
    BrokerConfig,
    | "nodeId"
    | "processRoles"
    | "controllerQuorumVoters"
    | "controllerQuorumBootstrapServers"
    | "advertisedControllerListeners"
  >,
): boolean {
  return ["broker", "controller"].every((role) => processRoles.includes(role)) &&
    [...voters.keys()].every((id) => id === nodeId) &&
    servers.length <= 1 &&
    servers.every((server) => own.some((listener) => isSame(listener, server)));
}

/** Whether a listener is found at an address, as far as the configs tell. */
function isSame(listener: Address, { host, port }: Address): boolean {
  const isHere = LOOPBACK.has(host) && (listener.host === "" || LOOPBACK.has(listener.host));
  return (isHere || listener.host === host) && (listener.port === 0 || listener.port === port);
}
