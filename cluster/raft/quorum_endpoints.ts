/**
 * Where a leader listens, as answers of the quorum tell it: one address for the node that is named.
 *
 * @module
 */

import type { QuorumInfo } from "./raft_message.ts";
import type { VoterEndpoint } from "./voter_set.ts";

/** A node's address in an answer. */
export interface NodeEndpoint {
  /** Id of the node. */
  readonly nodeId: number;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** The address of the leader for an answer over a listener; none when it is not known. */
export function nodeEndpoints(
  { leaderId, leaderEndpoints }: QuorumInfo,
  listenerName: string,
): readonly NodeEndpoint[] {
  const endpoint = leaderEndpoints.find(({ name }) => name === listenerName);
  if (leaderId === undefined || endpoint === undefined) return [];
  return [{ nodeId: leaderId, host: endpoint.host, port: endpoint.port }];
}

/** What an answer that came over a listener says of where the leader listens. */
export function leaderEndpoints(
  leaderId: number,
  nodes: readonly NodeEndpoint[],
  listenerName: string,
): readonly VoterEndpoint[] {
  return nodes.filter(({ nodeId }) => nodeId === leaderId)
    .map(({ host, port }) => ({ name: listenerName, host, port }));
}
