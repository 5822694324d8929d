/**
 * Consumer groups and their committed offsets.
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
import { nonEmptyListOf } from "../config_validators.ts";

/** Configs of classic groups and offsets. */
export const GROUPS_CONFIGS: readonly ConfigDefinition[] = defineConfigs(
  WORKS,
  {
    "group.coordinator.append.linger.ms": {
      type: "int",
      default: "-1",
      valid: inRange(-1),
      importance: "medium",
      status: notApplicable("each operation of a coordinator is written at once"),
      doc: "How long the coordinator gathers records before it writes them; -1 adapts to the load.",
    },
    "group.coordinator.background.threads": {
      type: "int",
      default: "2",
      valid: inRange(1),
      importance: "high",
      status: notApplicable("one event loop does the work of coordinators"),
      doc: "Threads of the group coordinator for work that takes long, such as assignments.",
    },
    "group.coordinator.cached.buffer.max.bytes": {
      type: "int",
      default: "1048588",
      valid: inRange(524288),
      importance: "medium",
      update: "cluster-wide",
      status: notApplicable("each operation of a coordinator is written at once"),
      doc: "Largest buffer that the coordinator keeps for the next batch.",
    },
    "group.coordinator.rebalance.protocols": {
      type: "list",
      default: "classic,consumer,streams",
      valid: nonEmptyListOf("consumer", "classic", "share", "streams"),
      importance: "medium",
      status: waitsFor("group protocols beside the classic one"),
      doc: "The group protocols that are on. classic cannot be left out.",
    },
    "group.coordinator.threads": {
      type: "int",
      default: "4",
      valid: inRange(1),
      importance: "high",
      status: notApplicable("one event loop does the work of coordinators"),
      doc: "Threads of the group coordinator.",
    },
    "group.initial.rebalance.delay.ms": {
      type: "int",
      default: "3000",
      importance: "medium",
      doc: "How long a new classic group waits for more members before its first rebalance.",
    },
    "group.max.session.timeout.ms": {
      type: "int",
      default: "1800000",
      importance: "medium",
      doc: "Longest session timeout that a member of a classic group may ask for.",
    },
    "group.max.size": {
      type: "int",
      default: "2147483647",
      valid: inRange(1),
      importance: "medium",
      doc: "How many members a classic group may have.",
    },
    "group.min.session.timeout.ms": {
      type: "int",
      default: "6000",
      importance: "medium",
      doc: "Shortest session timeout that a member of a classic group may ask for.",
    },
    "offset.metadata.max.bytes": {
      type: "int",
      default: "4096",
      importance: "high",
      doc: "Longest text that may go with a committed offset.",
    },
    "offsets.commit.timeout.ms": {
      type: "int",
      default: "5000",
      valid: inRange(1),
      importance: "high",
      doc: "How long a commit waits until all replicas in sync have it.",
    },
    "offsets.load.buffer.size": {
      type: "int",
      default: "5242880",
      valid: inRange(1),
      importance: "high",
      doc: "How much is read at once when a coordinator loads offsets.",
    },
    "offsets.retention.check.interval.ms": {
      type: "long",
      default: "600000",
      valid: inRange(1),
      importance: "high",
      doc: "How often expired offsets are looked for.",
    },
    "offsets.retention.minutes": {
      type: "int",
      default: "10080",
      valid: inRange(1),
      importance: "high",
      doc: "How long offsets stay after their group has become empty, or its member has stopped " +
        "reading the topic.",
    },
    "offsets.topic.compression.codec": {
      type: "int",
      default: "0",
      importance: "high",
      doc: "Compression of the offsets topic, by its number.",
    },
    "offsets.topic.num.partitions": {
      type: "int",
      default: "50",
      valid: inRange(1),
      importance: "high",
      doc: "Partitions of the offsets topic. Not to be changed once it is there.",
    },
    "offsets.topic.replication.factor": {
      type: "short",
      default: "3",
      valid: inRange(1),
      importance: "high",
      doc: "Replicas of the offsets topic. It is made when there are as many brokers.",
    },
    "offsets.topic.segment.bytes": {
      type: "int",
      default: "104857600",
      valid: inRange(1),
      importance: "high",
      doc: "Segment size of the offsets topic; kept small so that compaction gets at it soon.",
    },
  },
);
