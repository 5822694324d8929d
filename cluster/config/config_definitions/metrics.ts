/**
 * Metrics in Java's ways.
 *
 * @module
 */

import { inRange } from "../../../storage/log/config/config_definition.ts";
import { type ConfigDefinition, defineConfigs, notApplicable } from "../config_definition.ts";
import { anyList } from "../config_validators.ts";

/** Configs of metrics. */
export const METRICS_CONFIGS: readonly ConfigDefinition[] = defineConfigs(
  notApplicable("metrics are not given out by way of Java"),
  {
    "kafka.metrics.polling.interval.secs": {
      type: "int",
      default: "10",
      valid: inRange(1),
      importance: "low",
      doc: "How often those classes look.",
    },
    "kafka.metrics.reporters": {
      type: "list",
      default: "",
      valid: anyList,
      importance: "low",
      doc: "Classes that are given the metrics of the older kind.",
    },
    "metric.reporters": {
      type: "list",
      default: "org.apache.kafka.common.metrics.JmxReporter",
      valid: anyList,
      importance: "low",
      update: "cluster-wide",
      doc: "Classes that are given the metrics.",
    },
    "metrics.num.samples": {
      type: "int",
      default: "2",
      valid: inRange(1),
      importance: "low",
      doc: "How many samples a metric is measured with.",
    },
    "metrics.recording.level": {
      type: "string",
      default: "INFO",
      importance: "low",
      doc: "Which metrics are kept: INFO, DEBUG, TRACE.",
    },
    "metrics.sample.window.ms": {
      type: "long",
      default: "30000",
      valid: inRange(1),
      importance: "low",
      doc: "Span of one of those samples.",
    },
  },
);
