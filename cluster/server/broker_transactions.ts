/**
 * The coordinator of transactions, as a broker has it.
 *
 * @module
 */

import { addPartitionsToTxn } from "../../client/protocol/messages/add_partitions_to_txn.ts";
import { writeTxnMarkers } from "../../client/protocol/messages/write_txn_markers.ts";
import type { Env } from "../../storage/env.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { BrokerConfig } from "../config/broker_config.ts";
import type { MetadataImage } from "../controller/metadata_image.ts";
import { NO_LEADER } from "../controller/partition_registration.ts";
import type { ProducerIds } from "../controller/producer_ids.ts";
import { coordinatorPartition } from "../coordinator/coordinator_key.ts";
import { clusterMarkerWriter } from "../coordinator/transaction/cluster_marker_writer.ts";
import {
  localMarkerWriter,
  type LocalMarkerWriterOptions,
  type MarkerWriter,
} from "../coordinator/transaction/marker_writer.ts";
import {
  TRANSACTION_TOPIC,
  TransactionCoordinator,
} from "../coordinator/transaction/transaction_coordinator.ts";
import { transactionVerifier } from "../coordinator/transaction/transaction_verifier.ts";
import type { ReplicaManager } from "../replication/replica_manager.ts";
import type { TransactionVerifier } from "../replication/transaction_verification.ts";
import type { PeerLinks } from "./peer_links.ts";

/** What coordinating transactions needs of a broker. */
export interface TransactionsOptions {
  /** The world. */
  readonly env: Env;
  /** The configs. */
  readonly config: BrokerConfig;
  /** The metadata in force. */
  readonly image: () => MetadataImage;
  /** The partitions. */
  readonly replicaManager: ReplicaManager;
  /** The groups, whose offsets may be part of transactions. */
  readonly groups: LocalMarkerWriterOptions["groups"];
  /** Has producer ids. */
  readonly producerIds: Pick<ProducerIds, "takeNow">;
  /** The other brokers. */
  readonly peers: Pick<PeerLinks, "send">;
}

/** What a broker has for transactions. */
export interface Transactions {
  /** Coordinates those whose partition is here. */
  readonly coordinator: TransactionCoordinator;
  /** Writes the ends of transactions into the partitions that are here. */
  readonly writeMarkers: MarkerWriter;
  /** Tells the partitions that are here whether a transaction has them. */
  readonly verify: TransactionVerifier;
}

/** Makes it; nothing is coordinated before the metadata is followed. */
export function brokerTransactions(options: TransactionsOptions): Transactions {
  const { env, config, image, replicaManager, groups, producerIds, peers } = options;
  const { clock } = env;
  const brokerId = config.nodeId;
  const timeoutMs = () => config.int("request.timeout.ms");
  const leaderOf = leaders(image);
  const writeMarkers = localMarkerWriter({ clock, replicaManager, groups, timeoutMs });
  const coordinator = new TransactionCoordinator({
    env,
    brokerId,
    config,
    image,
    partitions: replicaManager,
    writeMarkers: clusterMarkerWriter({
      ...{ brokerId, logger: env.logger, leaderOf, local: writeMarkers },
      send: (leader, request) => peers.send(leader, writeTxnMarkers, request),
    }),
    takeProducerId: () => producerIds.takeNow(),
  });
  const verify = transactionVerifier({
    ...{ clock, config, coordinator },
    remote: {
      coordinatorOf(transactionalId) {
        const size = image().topics.byName.get(TRANSACTION_TOPIC)?.partitions.size;
        if (size === undefined) return undefined;
        const partition = coordinatorPartition(transactionalId, size);
        const leader = leaderOf({ topic: TRANSACTION_TOPIC, partition });
        return leader === brokerId ? undefined : leader;
      },
      send: (coordinator, request) => peers.send(coordinator, addPartitionsToTxn, request),
    },
  });
  return { coordinator, writeMarkers, verify };
}

/** Says who leads a partition; `undefined` when nobody does. */
function leaders(image: () => MetadataImage): (of: TopicPartition) => number | undefined {
  return ({ topic, partition }) => {
    const leader = image().topics.byName.get(topic)?.partitions.get(partition)?.leader;
    return leader === NO_LEADER ? undefined : leader;
  };
}
