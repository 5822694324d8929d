/**
 * Which topics an option means: a pattern, or several with commas between them.
 *
 * @module
 */

import { javaPattern } from "../../storage/bytes/java_pattern.ts";
import { JavaException } from "./java_exception.ts";

/** Topics that Kafka keeps for itself. */
const INTERNAL_TOPICS: ReadonlySet<string> = new Set([
  "__consumer_offsets",
  "__transaction_state",
  "__share_group_state",
]);

/** Whether a topic is one of Kafka's own. */
export function isInternalTopic(name: string): boolean {
  return INTERNAL_TOPICS.has(name);
}

/**
 * Tells which topics a list of patterns includes.
 *
 * @throws {JavaException} when it is no pattern
 */
export function topicFilter(rawPattern: string): (topic: string) => boolean {
  const pattern = rawPattern.trim()
    .replaceAll(",", "|")
    .replaceAll(" ", "")
    .replace(/^["']+/, "")
    .replace(/["']+$/, "");
  try {
    return javaPattern(pattern);
  } catch {
    throw new JavaException("java.lang.RuntimeException", `${pattern} is an invalid regex.`);
  }
}
