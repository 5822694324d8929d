/**
 * The topics that a request is about, whatever its API: found by the names that Kafka's messages have for them.
 *
 * @module
 */

import { ZERO_UUID } from "../../storage/bytes/uuid.ts";

/** Name of the topic with an id. */
export type TopicNames = (topicId: string) => string | undefined;

/** `resourceType` of a topic's configs. */
const TOPIC_RESOURCE = 2;
/** Lists whose elements have the topic's name in `name`: `topics`, `topicData`, `v3AndBelowTopics` … */
const TOPIC_LIST = /topics?$|topicData$/i;
/** Lists of names: `topicNames`, `subscribedTopicNames`, `sourceTopics`. */
const NAME_LIST = /topicNames$|topics$/i;
/** What a session is to be without, which the request is not about. */
const FORGOTTEN = "forgottenTopicsData";

/** The topics of a decoded request, each once. */
export function topicsOf(request: unknown, topicNames: TopicNames): string[] {
  const topics = new Set<string>();
  collect(request, "", topicNames, topics);
  return [...topics];
}

function collect(value: unknown, field: string, names: TopicNames, topics: Set<string>): void {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  if (Array.isArray(value)) {
    for (const element of value) {
      if (typeof element !== "string") collect(element, field, names, topics);
      else if (NAME_LIST.test(field)) topics.add(element);
    }
    return;
  }
  const struct = value as Readonly<Record<string, unknown>>;
  const add = (name: unknown) => {
    if (typeof name === "string" && name !== "") topics.add(name);
  };
  add(struct.topic);
  add(struct.topicName);
  if (TOPIC_LIST.test(field)) add(struct.name);
  if (struct.resourceType === TOPIC_RESOURCE) add(struct.resourceName);
  if (typeof struct.topicId === "string" && struct.topicId !== ZERO_UUID) {
    add(names(struct.topicId));
  }
  for (const [name, inner] of Object.entries(struct)) {
    if (name !== FORGOTTEN) collect(inner, name, names, topics);
  }
}
