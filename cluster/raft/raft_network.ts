/**
 * How a replica reaches others.
 *
 * The seam of a quorum of several nodes has two ends:
 * ```text
 * out   RaftDriver -> RaftNetwork.send          RaftChannel: connections of client/network, bytes by outbound_wire.ts
 * in    RaftDriver.handle <- handlers           Vote, BeginQuorumEpoch, EndQuorumEpoch, Fetch, FetchSnapshot on a
 *                                               controller listener, bytes by inbound_wire.ts
 * ```
 * Between them both sides speak `raft_message.ts`, so that a quorum can as well run without any bytes: `send` then calls the other driver's
 * `handle`. A node that is given no network must be the whole quorum.
 *
 * @module
 */

import type { RaftDestination, RaftFailure, RaftRequest, RaftResponse } from "./raft_message.ts";

/** Brings requests to other replicas, and their answers back. */
export interface RaftNetwork {
  /**
   * Asks a node. Answers may come in any order, late, or never.
   *
   * @throws when there will be no answer
   */
  send(to: RaftDestination, request: RaftRequest): Promise<RaftResponse | RaftFailure>;
  /** Ends what is under way, and lets go of connections. */
  close(): void;
}
