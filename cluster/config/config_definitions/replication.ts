/**
 * Copies of partitions, and requests that wait.
 *
 * @module
 */

import { inRange } from "../../../storage/log/config/config_definition.ts";
import {
  type ConfigDefinition,
  defineConfigs,
  notApplicable,
  waitsFor,
  WORKS,
} from "../config_definition.ts";
import { anyList } from "../config_validators.ts";

/** Configs of replication. */
export const REPLICATION_CONFIGS: readonly ConfigDefinition[] = defineConfigs(
  WORKS,
  {
    "auto.leader.rebalance.enable": {
      type: "boolean",
      default: "true",
      importance: "high",
      doc: "Whether the controller gives leaderships back to preferred replicas by itself.",
    },
    "cordoned.log.dirs": {
      type: "list",
      default: "",
      valid: anyList,
      importance: "medium",
      update: "per-broker",
      doc: "Log directories that take no new partitions; * for all.",
    },
    "delete.records.purgatory.purge.interval.requests": {
      type: "int",
      default: "1",
      importance: "medium",
      doc:
        "After how many finished deletions of records that waited their leftovers are swept out.",
    },
    "fetch.purgatory.purge.interval.requests": {
      type: "int",
      default: "1000",
      importance: "medium",
      doc: "After how many finished fetches that waited their leftovers are swept out.",
    },
    "follower.fetch.last.tiered.offset.enable": {
      type: "boolean",
      default: "false",
      importance: "medium",
      update: "cluster-wide",
      status: waitsFor("tiered storage"),
      doc: "Whether a follower that has nothing begins at the end of what is in the remote tier.",
    },
    "leader.imbalance.check.interval.seconds": {
      type: "long",
      default: "300",
      valid: inRange(1),
      importance: "high",
      doc: "How often preferred replicas that do not lead are looked for.",
    },
    "log.dir.failure.timeout.ms": {
      type: "long",
      default: "30000",
      valid: inRange(1),
      importance: "low",
      doc: "How long a broker with a failed log directory tries to tell the controllers before " +
        "it stops.",
    },
    "num.replica.alter.log.dirs.threads": {
      type: "int",
      default: null,
      importance: "high",
      status: notApplicable("one event loop moves logs, all at once"),
      doc: "Threads that move logs between directories.",
    },
    "num.replica.fetchers": {
      type: "int",
      default: "1",
      valid: inRange(1),
      importance: "high",
      update: "cluster-wide",
      doc: "How many connections a follower fetches from each leader with.",
    },
    "producer.purgatory.purge.interval.requests": {
      type: "int",
      default: "1000",
      importance: "medium",
      doc: "After how many finished writes that waited their leftovers are swept out.",
    },
    "replica.fetch.backoff.ms": {
      type: "int",
      default: "1000",
      valid: inRange(0),
      importance: "medium",
      doc: "How long a follower waits after a failed fetch.",
    },
    "replica.fetch.max.bytes": {
      type: "int",
      default: "1048576",
      valid: inRange(0),
      importance: "medium",
      doc: "How much of one partition a follower fetches at once; one batch always is, whatever " +
        "its size.",
    },
    "replica.fetch.min.bytes": {
      type: "int",
      default: "1",
      importance: "high",
      doc: "How many bytes a follower waits for, up to replica.fetch.wait.max.ms.",
    },
    "replica.fetch.response.max.bytes": {
      type: "int",
      default: "10485760",
      valid: inRange(0),
      importance: "medium",
      doc: "How much a follower fetches at once of all partitions.",
    },
    "replica.fetch.wait.max.ms": {
      type: "int",
      default: "500",
      importance: "high",
      doc: "How long a leader may keep a follower waiting for new records. No longer than " +
        "replica.lag.time.max.ms.",
    },
    "replica.lag.time.max.ms": {
      type: "long",
      default: "30000",
      importance: "high",
      doc: "How long a follower may lag behind the leader's end before it is out of sync.",
    },
    "replica.selector.class": {
      type: "string",
      default: null,
      importance: "medium",
      doc: "Which replica a consumer reads from. Kafka names a Java class here.",
    },
    "replica.socket.receive.buffer.bytes": {
      type: "int",
      default: "65536",
      importance: "high",
      status: notApplicable(
        "the runtime leaves the size of socket buffers to the operating system",
      ),
      doc: "Size of the receive buffer of a connection to a leader.",
    },
    "replica.socket.timeout.ms": {
      type: "int",
      default: "30000",
      importance: "high",
      doc: "How long a follower waits for the leader's answer.",
    },
    "unclean.leader.election.interval.ms": {
      type: "long",
      default: "300000",
      valid: inRange(1),
      importance: "medium",
      internal: true,
      doc: "How often partitions without a leader are looked at for an unclean election.",
    },
  },
);
