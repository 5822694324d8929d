/**
 * Removing topics.
 *
 * @module
 */

import { errorCode } from "../../client/protocol/error_codes.ts";
import type {
  DeletableTopicResult,
  DeleteTopicsRequest,
} from "../../client/protocol/messages/delete_topics.ts";
import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import {
  type ApiResult,
  checkRecordCount,
  type ControllerContext,
  type Decision,
  failure,
  OK,
} from "./decision.ts";
import type { MetadataRecord } from "./metadata_records.ts";

/** Decides on DeleteTopics: topics are named, or told by id, but not both, and not twice. */
export function deleteTopics(
  { image: { topics } }: ControllerContext,
  request: DeleteTopicsRequest,
): Decision<DeletableTopicResult[]> {
  const response: DeletableTopicResult[] = [];
  const records: MetadataRecord[] = [];
  const answer = (name: string | null, topicId: string, { error, message }: ApiResult) =>
    response.push({ name, topicId, errorCode: errorCode(error), errorMessage: message });
  const names = new Map<string, number>();
  const ids = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string) =>
    counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const name of request.topicNames) count(names, name);
  for (const { name, topicId } of request.topics) {
    if (name !== null && topicId !== ZERO_UUID) {
      const reason = "You may not specify both topic name and topic id.";
      answer(name, topicId, failure("INVALID_REQUEST", reason));
    } else if (name !== null) count(names, name);
    else if (topicId !== ZERO_UUID) count(ids, topicId);
    else {
      const reason = "Neither topic name nor id were specified.";
      answer(null, ZERO_UUID, failure("INVALID_REQUEST", reason));
    }
  }
  const refuse = (name: string | null, id: string, reason: string) =>
    answer(name, id, failure("INVALID_REQUEST", reason));
  const found = new Map<string, string>();
  // Topics that are told twice, in two ways: neither is done, and one answer is enough.
  const toldTwice = new Set<string>();
  for (const [name, times] of names) {
    const topic = topics.byName.get(name);
    if (times > 1) refuse(name, ZERO_UUID, "Duplicate topic name.");
    else if (topic === undefined) answer(name, ZERO_UUID, failure("UNKNOWN_TOPIC_OR_PARTITION"));
    else if (ids.has(topic.id)) {
      toldTwice.add(topic.id);
      refuse(name, topic.id, "The provided topic name maps to an ID that was already supplied.");
    } else found.set(topic.id, name);
  }
  for (const [id, times] of ids) {
    const topic = topics.byId.get(id);
    if (times > 1) refuse(null, id, "Duplicate topic id.");
    else if (topic === undefined) answer(null, id, failure("UNKNOWN_TOPIC_ID"));
    else if (!toldTwice.has(id)) found.set(id, topic.name);
  }
  for (const [topicId, name] of found) {
    records.push({ type: "RemoveTopicRecord", version: 0, data: { topicId } });
    answer(name, topicId, OK);
  }
  checkRecordCount(records);
  return { records, response };
}
