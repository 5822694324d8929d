/**
 * Limits on what clients and replication may use.
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

const CLIENT_QUOTAS = waitsFor("client quotas");

/** Configs of quotas. */
export const QUOTAS_CONFIGS: readonly ConfigDefinition[] = defineConfigs(CLIENT_QUOTAS, {
  "alter.log.dirs.replication.quota.window.num": {
    type: "int",
    default: "11",
    valid: inRange(1),
    importance: "low",
    status: WORKS,
    doc: "How many samples the rate of moves between log directories is measured with.",
  },
  "alter.log.dirs.replication.quota.window.size.seconds": {
    type: "int",
    default: "1",
    valid: inRange(1),
    importance: "low",
    status: WORKS,
    doc: "Span of one of those samples.",
  },
  "client.quota.callback.class": {
    type: "class",
    default: null,
    importance: "low",
    status: notApplicable("it names a Java class"),
    doc: "Class that decides on the quotas of clients.",
  },
  "controller.quota.window.num": {
    type: "int",
    default: "11",
    valid: inRange(1),
    importance: "low",
    doc: "How many samples the changes that clients make to the metadata are measured with.",
  },
  "controller.quota.window.size.seconds": {
    type: "int",
    default: "1",
    valid: inRange(1),
    importance: "low",
    doc: "Span of one of those samples.",
  },
  "follower.replication.throttled.rate": {
    type: "long",
    default: "9223372036854775807",
    valid: inRange(0),
    importance: "medium",
    update: "cluster-wide",
    dynamicOnly: true,
    status: WORKS,
    doc: "How many bytes a second a follower fetches for throttled replicas. Set while the " +
      "broker runs only.",
  },
  "leader.replication.throttled.rate": {
    type: "long",
    default: "9223372036854775807",
    valid: inRange(0),
    importance: "medium",
    update: "cluster-wide",
    dynamicOnly: true,
    status: WORKS,
    doc: "How many bytes a second a leader sends to throttled replicas. Set while the broker " +
      "runs only.",
  },
  "quota.window.num": {
    type: "int",
    default: "11",
    valid: inRange(1),
    importance: "low",
    doc: "How many samples the use of clients is measured with.",
  },
  "quota.window.size.seconds": {
    type: "int",
    default: "1",
    valid: inRange(1),
    importance: "low",
    doc: "Span of one of those samples.",
  },
  "replica.alter.log.dirs.io.max.bytes.per.second": {
    type: "long",
    default: "9223372036854775807",
    valid: inRange(0),
    importance: "medium",
    update: "cluster-wide",
    dynamicOnly: true,
    status: WORKS,
    doc: "How many bytes a second moves between log directories may copy. Set while the broker " +
      "runs only.",
  },
  "replication.quota.window.num": {
    type: "int",
    default: "11",
    valid: inRange(1),
    importance: "low",
    status: WORKS,
    doc: "How many samples the rate of replication is measured with.",
  },
  "replication.quota.window.size.seconds": {
    type: "int",
    default: "1",
    valid: inRange(1),
    importance: "low",
    status: WORKS,
    doc: "Span of one of those samples.",
  },
});
