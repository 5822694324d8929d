/**
 * Which partitions `seglog get-offsets` is about.
 *
 * @module
 */

import { javaSplit } from "../../storage/cli/java_text.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import { JavaException, runtimeException, terse } from "./java_exception.ts";
import { topicFilter } from "./topic_filter.ts";

/** Tells topics and partitions that are meant. */
export interface PartitionFilter {
  /** Whether partitions of a topic may be meant. */
  hasTopic(topic: string): boolean;
  /** Whether a partition is meant. */
  hasPartition(topicPartition: TopicPartition): boolean;
}

const INT_MAX = 2 ** 31 - 1;
/** A topic's pattern and, behind a colon, one number or a range of which either end may be left open. */
const RULE = /^([^:,]*)(?::(?:([0-9]*)|(?:([0-9]*)-([0-9]*))))?$/;

function rule(text: string): PartitionFilter {
  const match = RULE.exec(text);
  if (match === null) {
    throw runtimeException(terse(`Invalid rule specification: ${text}`));
  }
  const [, topic, one, from, to] = match.map((group) => group === "" ? undefined : group);
  const isIncluded = topicFilter(topic ?? ".*");
  const lowest = Number(one ?? from ?? 0);
  const end = one === undefined ? Number(to ?? INT_MAX) : lowest + 1;
  for (const number of [lowest, one === undefined ? end : lowest]) {
    if (number > INT_MAX) {
      throw new JavaException("java.lang.NumberFormatException", `For input string: "${number}"`);
    }
  }
  return {
    hasTopic: isIncluded,
    hasPartition: ({ topic, partition }) =>
      isIncluded(topic) && partition >= lowest && partition < end,
  };
}

/**
 * Partitions by patterns with commas between them, such as `orders,payments:0-3,:7`.
 *
 * @throws {JavaException} for what is no pattern
 */
export function filterOfPatterns(text: string): PartitionFilter {
  const rules = javaSplit(text, ",").map(rule);
  return {
    hasTopic: (topic) => rules.some((rule) => rule.hasTopic(topic)),
    hasPartition: (topicPartition) => rules.some((rule) => rule.hasPartition(topicPartition)),
  };
}

/**
 * Partitions by a pattern of topics, and numbers with commas between them; without numbers all.
 *
 * @throws {JavaException} for what is no pattern and no number
 */
export function filterOfTopic(
  topic: string | undefined,
  partitions: string | undefined,
): PartitionFilter {
  const isIncluded = topicFilter(topic ?? ".*");
  const numbers = new Set(
    partitions === undefined || partitions === "" ? [] : javaSplit(partitions, ",").map((text) => {
      if (/^[+-]?\d+$/.test(text) && Math.abs(Number(text)) <= INT_MAX) return Number(text);
      throw terse(
        "--partitions expects a comma separated list of numeric partition ids, but received: " +
          partitions,
      );
    }),
  );
  return {
    hasTopic: isIncluded,
    hasPartition: ({ topic, partition }) =>
      isIncluded(topic) && (numbers.size === 0 || numbers.has(partition)),
  };
}
