/**
 * Producer ids and transactions.
 *
 * @module
 */

import { inRange } from "../../../storage/log/config/config_definition.ts";
import { type ConfigDefinition, defineConfigs, waitsFor, WORKS } from "../config_definition.ts";

/** Configs of producers and transactions. */
export const TRANSACTIONS_CONFIGS: readonly ConfigDefinition[] = defineConfigs(
  WORKS,
  {
    "add.partitions.to.txn.retry.backoff.max.ms": {
      type: "int",
      default: "100",
      valid: inRange(0),
      importance: "high",
      doc: "For how long the broker goes on asking to add a partition to a transaction before it " +
        "lets the client do so.",
    },
    "add.partitions.to.txn.retry.backoff.ms": {
      type: "int",
      default: "20",
      valid: inRange(1),
      importance: "high",
      doc: "How long the broker waits before it asks again to add a partition to a transaction.",
    },
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": {
      type: "int",
      default: "10000",
      valid: inRange(1),
      importance: "low",
      doc: "How often transactions that took too long are looked for, to abort them.",
    },
    "transaction.remove.expired.transaction.cleanup.interval.ms": {
      type: "int",
      default: "3600000",
      valid: inRange(1),
      importance: "low",
      doc: "How often expired transactional ids are looked for.",
    },
    "transaction.state.log.load.buffer.size": {
      type: "int",
      default: "5242880",
      valid: inRange(1),
      importance: "high",
      doc: "How much is read at once when a coordinator loads transactions.",
    },
    "transaction.state.log.min.isr": {
      type: "int",
      default: "2",
      valid: inRange(1),
      importance: "high",
      doc: "min.insync.replicas of the transaction topic.",
    },
    "transaction.state.log.num.partitions": {
      type: "int",
      default: "50",
      valid: inRange(1),
      importance: "high",
      doc: "Partitions of the transaction topic. Not to be changed once it is there.",
    },
    "transaction.state.log.replication.factor": {
      type: "short",
      default: "3",
      valid: inRange(1),
      importance: "high",
      doc: "Replicas of the transaction topic. It is made when there are as many brokers.",
    },
    "transaction.state.log.segment.bytes": {
      type: "int",
      default: "104857600",
      valid: inRange(1),
      importance: "high",
      doc: "Segment size of the transaction topic; kept small so that compaction gets at it soon.",
    },
    "transaction.two.phase.commit.enable": {
      type: "boolean",
      default: "false",
      importance: "low",
      status: waitsFor("version 6 of InitProducerId, which clients are not told of yet"),
      doc:
        "Whether transactions may be prepared by an outside coordinator, and then have no timeout.",
    },
    "transactional.id.expiration.ms": {
      type: "int",
      default: "604800000",
      valid: inRange(1),
      importance: "high",
      doc: "How long a transactional id without a transaction is remembered.",
    },
  },
);
