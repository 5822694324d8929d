/**
 * How topics come to be and go.
 *
 * @module
 */

import { inRange } from "../../../storage/log/config/config_definition.ts";
import {
  type ConfigDefinition,
  defineConfigs,
  notApplicable,
  WORKS,
} from "../config_definition.ts";
import { anyList } from "../config_validators.ts";

/** Configs of topics in general. */
export const TOPICS_CONFIGS: readonly ConfigDefinition[] = defineConfigs(WORKS, {
  "alter.config.policy.class.name": {
    type: "class",
    default: null,
    importance: "low",
    status: notApplicable("it names a Java class"),
    doc: "Class that may refuse changes of configs.",
  },
  "auto.create.topics.enable": {
    type: "boolean",
    default: "true",
    importance: "high",
    doc: "Whether a topic is made when a client first asks for it.",
  },
  "config.providers": {
    type: "list",
    default: "",
    valid: anyList,
    importance: "low",
    update: "cluster-wide",
    doc: "Names of the sources that values like ${name:path:key} are taken from; " +
      "config.providers.NAME.class says what each is.",
  },
  "create.topic.policy.class.name": {
    type: "class",
    default: null,
    importance: "low",
    status: notApplicable("it names a Java class"),
    doc: "Class that may refuse new topics.",
  },
  "default.replication.factor": {
    type: "int",
    default: "1",
    importance: "medium",
    doc: "Replicas of a topic that is made without a number of its own.",
  },
  "delete.topic.enable": {
    type: "boolean",
    default: "true",
    importance: "high",
    doc: "Whether topics can be deleted.",
  },
  "num.partitions": {
    type: "int",
    default: "1",
    valid: inRange(1),
    importance: "medium",
    doc: "Partitions of a topic that is made without a number of its own.",
  },
});
