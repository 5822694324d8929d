/**
 * How a broker reaches the others of its cluster.
 *
 * @module
 */

import { BrokerLink } from "../../client/network/broker_link.ts";
import type { Address, Transport } from "../../client/network/transport.ts";
import { alterPartition } from "../../client/protocol/messages/alter_partition.ts";
import type { Env } from "../../storage/env.ts";
import type { BrokerConfig } from "../config/broker_config.ts";
import type { MetadataImage } from "../controller/metadata_image.ts";
import type { Peers } from "../replication/peer_replication.ts";
import { RemoteLeaderEndPoint } from "../replication/remote_leader_end_point.ts";
import { connectionSetupTimeout } from "./connection_setup_timeout.ts";
import type { ControllerChannel } from "./controller_channel.ts";

/** What reaching the others takes. */
export interface BrokerPeersOptions {
  /** The network. */
  readonly transport: Transport;
  /** For timeouts. */
  readonly env: Pick<Env, "clock" | "random">;
  /** The configs. */
  readonly config: BrokerConfig;
  /** Says where the others are. */
  readonly image: () => MetadataImage;
  /** Epoch of this broker's registration. */
  readonly brokerEpoch: () => number;
  /** To the controller; nobody else uses it. */
  readonly channel: Pick<ControllerChannel, "send">;
}

/** The others, as replication needs them. */
export function brokerPeers(options: BrokerPeersOptions): Peers {
  const { config: { nodeId }, brokerEpoch, channel } = options;
  return {
    brokerEpoch,
    alterPartition: (request, signal) => channel.send(alterPartition, request, { signal }),
    leaderEndPoint: (leaderId, fetcherId) => {
      const link = peerLink(options, {
        brokerId: leaderId,
        clientId: `broker-${nodeId}-fetcher-${fetcherId}`,
        timeoutConfig: "replica.socket.timeout.ms",
      });
      return new RemoteLeaderEndPoint(leaderId, link, nodeId);
    },
  };
}

/** Which link is wanted. */
export interface PeerLinkOptions {
  /** The broker at its other end. */
  readonly brokerId: number;
  /** What this end calls itself. */
  readonly clientId: string;
  /** The config that says how long an answer may take. */
  readonly timeoutConfig: "replica.socket.timeout.ms" | "request.timeout.ms";
}

/** A link to a broker, wherever that is at the time. */
export function peerLink(
  { transport, env: { clock, random }, config, image }: Pick<
    BrokerPeersOptions,
    "transport" | "env" | "config" | "image"
  >,
  { brokerId, clientId, timeoutConfig }: PeerLinkOptions,
): BrokerLink {
  return new BrokerLink({
    transport,
    clock,
    clientId,
    address: () => peerAddress(image(), brokerId, config.interBrokerListenerName),
    requestTimeoutMs: () => config.int(timeoutConfig),
    setupTimeoutMs: connectionSetupTimeout(config, random),
  });
}

/** Where a broker is found by others; `undefined` while it is not registered, or is fenced. */
export function peerAddress(
  { cluster }: Pick<MetadataImage, "cluster">,
  brokerId: number,
  listenerName: string,
): Address | undefined {
  const broker = cluster.brokers.get(brokerId);
  if (broker === undefined || broker.fenced) return undefined;
  const endpoint = broker.endPoints.find(({ name }) => name === listenerName);
  return endpoint && { host: endpoint.host, port: endpoint.port };
}
