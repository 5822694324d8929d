/**
 * What a node is: its id, its roles, and the quorum that keeps the metadata.
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
import { nonEmptyList, nonEmptyListOf } from "../config_validators.ts";
import { quorumBootstrapServers, quorumVoters } from "../quorum_addresses.ts";

/** Configs of the node and its quorum. */
export const PROCESS_CONFIGS: readonly ConfigDefinition[] = defineConfigs(WORKS, {
  "broker.heartbeat.interval.ms": {
    type: "int",
    default: "2000",
    importance: "medium",
    doc: "How often a broker tells the controllers that it is alive.",
  },
  "broker.id": {
    type: "int",
    default: "-1",
    importance: "high",
    doc: "Old name of node.id. When both are set they must be equal.",
  },
  "broker.rack": {
    type: "string",
    default: null,
    importance: "medium",
    doc: "Where the broker stands, for example a rack or an availability zone. Told to " +
      "clients, and used to spread replicas.",
  },
  "broker.session.timeout.ms": {
    type: "int",
    default: "9000",
    importance: "medium",
    doc: "After how long without a heartbeat the controllers take a broker for dead.",
  },
  "controlled.shutdown.enable": {
    type: "boolean",
    default: "true",
    importance: "medium",
    doc: "Whether a broker hands its leaderships over before it stops.",
  },
  "controller.listener.names": {
    type: "list",
    valid: nonEmptyList,
    importance: "high",
    doc: "Names of the listeners that controllers use. A node that is the only controller may " +
      "leave it out; then it listens for brokers and clients alone.",
  },
  "controller.performance.always.log.threshold.ms": {
    type: "long",
    default: "2000",
    valid: inRange(0),
    importance: "medium",
    internal: true,
    status: notApplicable("the controller keeps no samples of its own speed"),
    doc: "From what time on a slow event of the controller is always logged.",
  },
  "controller.performance.sample.period.ms": {
    type: "long",
    default: "60000",
    valid: inRange(100),
    importance: "medium",
    internal: true,
    status: notApplicable("the controller keeps no samples of its own speed"),
    doc: "Over what span the controller's slowest event is looked for.",
  },
  "controller.quorum.append.linger.ms": {
    type: "int",
    default: "25",
    valid: inRange(0),
    importance: "medium",
    status: notApplicable(
      "the leader writes at once, and gathers what comes while the last write is being committed",
    ),
    doc: "How long the leader gathers metadata records before it writes them.",
  },
  "controller.quorum.auto.join.enable": {
    type: "boolean",
    default: "false",
    importance: "low",
    status: waitsFor("voters that come and go while the cluster runs"),
    doc: "Whether a controller that starts becomes a voter by itself.",
  },
  "controller.quorum.bootstrap.servers": {
    type: "list",
    default: "",
    valid: quorumBootstrapServers,
    importance: "high",
    doc: "Controllers to ask for the quorum, each as host:port. The voters themselves are then " +
      "kept in the metadata log.",
  },
  "controller.quorum.election.backoff.max.ms": {
    type: "int",
    default: "1000",
    valid: inRange(0),
    importance: "high",
    doc: "The longest that a candidate rests after an election that nobody won.",
  },
  "controller.quorum.election.timeout.ms": {
    type: "int",
    default: "1000",
    valid: inRange(0),
    importance: "high",
    doc: "How long a candidate waits for votes before it begins a new election.",
  },
  "controller.quorum.fetch.max.bytes": {
    type: "int",
    default: "1048576",
    valid: inRange(1),
    importance: "low",
    doc: "How much of the metadata log is fetched at once; one batch always is, whatever its size.",
  },
  "controller.quorum.fetch.snapshot.max.bytes": {
    type: "int",
    default: "1048576",
    valid: inRange(1),
    importance: "low",
    doc: "How much of a snapshot is fetched at once.",
  },
  "controller.quorum.fetch.timeout.ms": {
    type: "int",
    default: "2000",
    valid: inRange(0),
    importance: "high",
    doc: "After how long without a fetch from a majority a leader gives up, and without an " +
      "answer from the leader a follower seeks another.",
  },
  "controller.quorum.request.timeout.ms": {
    type: "int",
    default: "2000",
    valid: inRange(0),
    importance: "medium",
    doc: "How long a controller waits for another's answer.",
  },
  "controller.quorum.retry.backoff.ms": {
    type: "int",
    default: "20",
    valid: inRange(0),
    importance: "low",
    doc: "How long a controller waits before it sends a failed request again.",
  },
  "controller.quorum.voters": {
    type: "list",
    default: "",
    valid: quorumVoters,
    importance: "high",
    doc: "The controllers that vote, each as id@host:port. Fixed for the life of the cluster; " +
      "controller.quorum.bootstrap.servers is the newer way.",
  },
  "controller.socket.timeout.ms": {
    type: "int",
    default: "30000",
    importance: "medium",
    doc: "How long a broker waits for a controller's answer.",
  },
  "initial.broker.registration.timeout.ms": {
    type: "int",
    default: "60000",
    importance: "medium",
    doc: "How long a starting broker tries to register with the controllers before it gives up.",
  },
  "internal.metadata.delete.delay.millis": {
    type: "long",
    default: "60000",
    importance: "low",
    internal: true,
    doc: "How long a deleted file of the metadata log stays on disk. For tests.",
  },
  "internal.metadata.log.segment.bytes": {
    type: "int",
    default: null,
    importance: "low",
    internal: true,
    doc: "Size limit of a segment of the metadata log without a lower bound; wins over " +
      "metadata.log.segment.bytes. For tests.",
  },
  "internal.metadata.max.batch.size.in.bytes": {
    type: "int",
    default: "8388608",
    importance: "low",
    internal: true,
    doc: "Largest batch of the metadata log. For tests.",
  },
  "metadata.log.dir": {
    type: "string",
    default: null,
    importance: "high",
    doc: "The directory of the metadata log; the first log directory when it is not set.",
  },
  "metadata.log.max.record.bytes.between.snapshots": {
    type: "long",
    default: "20971520",
    valid: inRange(1),
    importance: "high",
    doc: "After how many bytes of metadata records a new snapshot is written.",
  },
  "metadata.log.max.snapshot.interval.ms": {
    type: "long",
    default: "3600000",
    valid: inRange(0),
    importance: "high",
    doc: "After how long a snapshot is written when there is any record that the last one " +
      "lacks; 0 for never.",
  },
  "metadata.log.segment.bytes": {
    type: "int",
    default: "1073741824",
    valid: inRange(8388608),
    importance: "high",
    doc: "Size limit of a segment of the metadata log.",
  },
  "metadata.log.segment.ms": {
    type: "long",
    default: "604800000",
    importance: "high",
    doc: "After how long a segment of the metadata log is rolled although it is not full.",
  },
  "metadata.max.idle.interval.ms": {
    type: "int",
    default: "500",
    valid: inRange(0),
    importance: "low",
    doc: "How often the leader of several nodes writes a no-op record, so that they see it " +
      "commit; 0 for never.",
  },
  "metadata.max.retention.bytes": {
    type: "long",
    default: "104857600",
    importance: "high",
    doc: "How large the metadata log and its snapshots together may grow before old ones are " +
      "deleted; -1: no limit.",
  },
  "metadata.max.retention.ms": {
    type: "long",
    default: "604800000",
    importance: "high",
    doc:
      "How long old snapshots and the part of the metadata log before them are kept; -1: no limit.",
  },
  "node.id": {
    type: "int",
    valid: inRange(0),
    importance: "high",
    doc: "Number of this node in the cluster, the same for its broker and its controller.",
  },
  "process.roles": {
    type: "list",
    valid: nonEmptyListOf("broker", "controller"),
    importance: "high",
    doc: "What this node is: a broker, a controller, or both.",
  },
  "server.max.startup.time.ms": {
    type: "long",
    default: "9223372036854775807",
    valid: inRange(0),
    importance: "medium",
    internal: true,
    doc: "How long a broker that starts may wait for the controllers before the start fails.",
  },
  "unstable.api.versions.enable": {
    type: "boolean",
    default: "false",
    importance: "high",
    internal: true,
    status: notApplicable("every API version that is served is announced"),
    doc: "Whether versions of requests that are still in the making are announced.",
  },
  "unstable.feature.versions.enable": {
    type: "boolean",
    default: "false",
    importance: "high",
    internal: true,
    doc: "Whether feature levels that are still in the making may be used.",
  },
});
