/**
 * Groups of the consumer and the streams protocol.
 *
 * @module
 */

import { inRange } from "../../../storage/log/config/config_definition.ts";
import { type ConfigDefinition, defineConfigs, waitsFor } from "../config_definition.ts";
import { nonEmptyList, oneOfIgnoringCase } from "../config_validators.ts";

/** Configs of consumer and streams groups. */
export const MODERN_GROUPS_CONFIGS: readonly ConfigDefinition[] = defineConfigs(
  waitsFor("group protocols beside the classic one"),
  {
    "group.consumer.assignment.interval.ms": {
      type: "int",
      default: "1000",
      valid: inRange(0),
      importance: "medium",
      update: "cluster-wide",
      doc: "How long lies at least between two assignments of a consumer group.",
    },
    "group.consumer.assignors": {
      type: "list",
      default: "uniform,range",
      valid: nonEmptyList,
      importance: "medium",
      doc: "How partitions are shared out when members do not say: uniform, range. The first is " +
        "the default.",
    },
    "group.consumer.heartbeat.interval.ms": {
      type: "int",
      default: "5000",
      valid: inRange(1),
      importance: "medium",
      doc: "How often members of a consumer group send a heartbeat.",
    },
    "group.consumer.max.assignment.interval.ms": {
      type: "int",
      default: "15000",
      valid: inRange(0),
      importance: "medium",
      doc: "Largest value of a group's consumer.assignment.interval.ms.",
    },
    "group.consumer.max.heartbeat.interval.ms": {
      type: "int",
      default: "15000",
      valid: inRange(1),
      importance: "medium",
      doc: "Largest value of a group's consumer.heartbeat.interval.ms.",
    },
    "group.consumer.max.session.timeout.ms": {
      type: "int",
      default: "60000",
      valid: inRange(1),
      importance: "medium",
      doc: "Largest value of a group's consumer.session.timeout.ms.",
    },
    "group.consumer.max.size": {
      type: "int",
      default: "2147483647",
      valid: inRange(1),
      importance: "medium",
      doc: "How many members a consumer group may have.",
    },
    "group.consumer.migration.policy": {
      type: "string",
      default: "bidirectional",
      valid: oneOfIgnoringCase("DISABLED", "DOWNGRADE", "UPGRADE", "BIDIRECTIONAL"),
      importance: "medium",
      doc: "Whether a group may turn from the classic to the consumer protocol (upgrade), back " +
        "(downgrade), both (bidirectional), or neither (disabled).",
    },
    "group.consumer.min.assignment.interval.ms": {
      type: "int",
      default: "0",
      valid: inRange(0),
      importance: "medium",
      doc: "Smallest value of a group's consumer.assignment.interval.ms.",
    },
    "group.consumer.min.heartbeat.interval.ms": {
      type: "int",
      default: "5000",
      valid: inRange(1),
      importance: "medium",
      doc: "Smallest value of a group's consumer.heartbeat.interval.ms.",
    },
    "group.consumer.min.session.timeout.ms": {
      type: "int",
      default: "45000",
      valid: inRange(1),
      importance: "medium",
      doc: "Smallest value of a group's consumer.session.timeout.ms.",
    },
    "group.consumer.regex.refresh.interval.ms": {
      type: "int",
      default: "600000",
      valid: inRange(10000),
      importance: "medium",
      internal: true,
      doc: "How often the topics of a subscription by pattern are looked up anew.",
    },
    "group.consumer.session.timeout.ms": {
      type: "int",
      default: "45000",
      valid: inRange(1),
      importance: "medium",
      doc: "After how long without a heartbeat a member of a consumer group is taken for gone.",
    },
    "group.streams.assignment.interval.ms": {
      type: "int",
      default: "1000",
      valid: inRange(0),
      importance: "medium",
      update: "cluster-wide",
      doc: "How long lies at least between two assignments of a streams group.",
    },
    "group.streams.heartbeat.interval.ms": {
      type: "int",
      default: "5000",
      valid: inRange(1),
      importance: "medium",
      doc: "How often members of a streams group send a heartbeat.",
    },
    "group.streams.initial.rebalance.delay.ms": {
      type: "int",
      default: "3000",
      valid: inRange(0),
      importance: "medium",
      doc: "How long a new streams group waits for more members before its first assignment.",
    },
    "group.streams.max.assignment.interval.ms": {
      type: "int",
      default: "15000",
      valid: inRange(0),
      importance: "medium",
      doc: "Largest value of a group's streams.assignment.interval.ms.",
    },
    "group.streams.max.heartbeat.interval.ms": {
      type: "int",
      default: "15000",
      valid: inRange(1),
      importance: "medium",
      doc: "Largest value of a group's streams.heartbeat.interval.ms.",
    },
    "group.streams.max.session.timeout.ms": {
      type: "int",
      default: "60000",
      valid: inRange(1),
      importance: "medium",
      doc: "Largest value of a group's streams.session.timeout.ms.",
    },
    "group.streams.max.size": {
      type: "int",
      default: "2147483647",
      valid: inRange(1),
      importance: "medium",
      doc: "How many members a streams group may have.",
    },
    "group.streams.max.standby.replicas": {
      type: "int",
      default: "2",
      valid: inRange(0),
      importance: "medium",
      doc: "Largest value of a group's streams.num.standby.replicas.",
    },
    "group.streams.min.assignment.interval.ms": {
      type: "int",
      default: "0",
      valid: inRange(0),
      importance: "medium",
      doc: "Smallest value of a group's streams.assignment.interval.ms.",
    },
    "group.streams.min.heartbeat.interval.ms": {
      type: "int",
      default: "5000",
      valid: inRange(1),
      importance: "medium",
      doc: "Smallest value of a group's streams.heartbeat.interval.ms.",
    },
    "group.streams.min.session.timeout.ms": {
      type: "int",
      default: "45000",
      valid: inRange(1),
      importance: "medium",
      doc: "Smallest value of a group's streams.session.timeout.ms.",
    },
    "group.streams.num.standby.replicas": {
      type: "int",
      default: "0",
      valid: inRange(0),
      importance: "medium",
      doc: "How many standby copies of each task's state there are.",
    },
    "group.streams.session.timeout.ms": {
      type: "int",
      default: "45000",
      valid: inRange(1),
      importance: "medium",
      doc: "After how long without a heartbeat a member of a streams group is taken for gone.",
    },
  },
);
