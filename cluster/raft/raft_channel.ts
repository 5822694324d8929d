/**
 * The quorum's network: a connection to each node that is asked (Kafka's `KafkaNetworkChannel`).
 *
 * @module
 */

import { BrokerLink } from "../../client/network/broker_link.ts";
import { type Address, NetworkError, type Transport } from "../../client/network/transport.ts";
import { KafkaError } from "../../client/protocol/error_codes.ts";
import { vote } from "../../client/protocol/messages/vote.ts";
import type { Clock } from "../../storage/env.ts";
import { exchange, type WireIdentity } from "./outbound_wire.ts";
import type { RaftDestination, RaftFailure, RaftRequest, RaftResponse } from "./raft_message.ts";
import type { RaftNetwork } from "./raft_network.ts";

/** The first version of Vote that can ask how a vote would go. */
const FIRST_VERSION_WITH_PRE_VOTE = 2;

/** What a {@linkcode RaftChannel} is made of. */
export interface RaftChannelOptions {
  /** The network. */
  readonly transport: Transport;
  /** For timeouts. */
  readonly clock: Clock;
  /** Id of this node, by which others see who asks. */
  readonly nodeId: number;
  /** What every message says. */
  readonly identity: WireIdentity;
  /** `controller.quorum.request.timeout.ms`, also the most for connecting: by then the request is given up. */
  readonly requestTimeoutMs: number;
  /** How long connecting may take after so many attempts in a row that have failed, ms. Default: as long as an answer. */
  readonly setupTimeoutMs?: (failures: number) => number;
}

interface Peer {
  /** Where it is, by the newest request. */
  address: Address;
  readonly link: BrokerLink;
}

/** Reaches replicas over connections that stay open. */
export class RaftChannel implements RaftNetwork {
  readonly #options: RaftChannelOptions;
  readonly #peers = new Map<number, Peer>();

  /** Not connected to anybody. */
  constructor(options: RaftChannelOptions) {
    this.#options = options;
  }

  /**
   * Asks a node, over a connection that is made if there is none. The answer is `BROKER_NOT_AVAILABLE` where connections are refused: the machine is
   * there, the node is not.
   *
   * @throws {NetworkError} when it cannot be reached
   * @throws {KafkaError} when it takes too long
   */
  async send(to: RaftDestination, request: RaftRequest): Promise<RaftResponse | RaftFailure> {
    const { link } = this.#peer(to);
    try {
      if (request.type === "vote" && request.preVote) {
        const highest = (await link.connection()).version(vote) ?? -1;
        if (highest < FIRST_VERSION_WITH_PRE_VOTE) throw new KafkaError("UNSUPPORTED_VERSION");
      }
      const { identity } = this.#options;
      return await exchange(request, identity, (api, draft) => link.send(api, draft));
    } catch (error) {
      const isTooOld = error instanceof KafkaError && error.code === "UNSUPPORTED_VERSION";
      if (isTooOld) return { type: "failure", error: "UNSUPPORTED_VERSION" };
      const isRefused = error instanceof NetworkError && error.kind === "refused";
      if (isRefused) return { type: "failure", error: "BROKER_NOT_AVAILABLE" };
      throw error;
    }
  }

  /** Ends all connections. */
  close(): void {
    for (const { link } of this.#peers.values()) link.close();
    this.#peers.clear();
  }

  #peer({ id, host, port }: RaftDestination): Peer {
    const known = this.#peers.get(id);
    if (known !== undefined) {
      known.address = { host, port };
      return known;
    }
    const { transport, clock, nodeId, requestTimeoutMs, setupTimeoutMs } = this.#options;
    const peer: Peer = {
      address: { host, port },
      link: new BrokerLink({
        transport,
        clock,
        address: () => peer.address,
        clientId: `raft-client-${nodeId}`,
        requestTimeoutMs: () => requestTimeoutMs,
        setupTimeoutMs: (failures) =>
          Math.min(requestTimeoutMs, setupTimeoutMs?.(failures) ?? requestTimeoutMs),
      }),
    };
    this.#peers.set(id, peer);
    return peer;
  }
}
