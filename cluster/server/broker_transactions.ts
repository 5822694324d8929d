/**
 * The coordinator of transactions, as a broker has it.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import type { BrokerConfig } from "../config/broker_config.ts";
import type { MetadataImage } from "../controller/metadata_image.ts";
import type { ProducerIds } from "../controller/producer_ids.ts";
import {
  localMarkerWriter,
  type LocalMarkerWriterOptions,
  type MarkerWriter,
} from "../coordinator/transaction/marker_writer.ts";
import { TransactionCoordinator } from "../coordinator/transaction/transaction_coordinator.ts";
import { transactionVerifier } from "../coordinator/transaction/transaction_verifier.ts";
import type { ReplicaManager } from "../replication/replica_manager.ts";
import type { TransactionVerifier } from "../replication/transaction_verification.ts";

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
  const { env, config, image, replicaManager, groups, producerIds } = options;
  const { clock } = env;
  const timeoutMs = () => config.int("request.timeout.ms");
  const writeMarkers = localMarkerWriter({ clock, replicaManager, groups, timeoutMs });
  const coordinator = new TransactionCoordinator({
    env,
    brokerId: config.nodeId,
    config,
    image,
    partitions: replicaManager,
    writeMarkers,
    takeProducerId: () => producerIds.takeNow(),
  });
  const verify = transactionVerifier({ clock, config, coordinator });
  return { coordinator, writeMarkers, verify };
}
