/**
 * Reading the answer to a Produce request.
 *
 * @module
 */

import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { NewLeader } from "../metadata_cache.ts";
import { errorName } from "../protocol/error_codes.ts";
import type { ProduceResponse } from "../protocol/messages/produce.ts";
import { type BatchAnswer, meansStaleMetadata, plainAnswer } from "./produce_outcome.ts";
import type { ProducerBatch } from "./producer_batch.ts";

/** What an answer says. */
export interface ProduceAnswer {
  /** For each batch of the request. */
  readonly answers: readonly (readonly [ProducerBatch, BatchAnswer])[];
  /** Whether metadata are out of date. */
  readonly isStale: boolean;
  /** Leaders that the answer names (KIP-951). */
  readonly leaders: readonly NewLeader[];
}

/**
 * Reads an answer. A batch that it does not mention has failed.
 *
 * @param batches the batches of the request, by `topic-partition`, the topic by its id if that is how the request named it
 */
export function readProduceAnswer(
  response: ProduceResponse,
  batches: ReadonlyMap<string, ProducerBatch>,
): ProduceAnswer {
  const left = new Map(batches);
  const answers: (readonly [ProducerBatch, BatchAnswer])[] = [];
  const leaders: NewLeader[] = [];
  let isStale = false;
  for (const { name, topicId, partitionResponses } of response.responses) {
    const topic = topicId === ZERO_UUID ? name : topicId;
    for (const partition of partitionResponses) {
      const key = `${topic}-${partition.index}`;
      const batch = left.get(key);
      if (batch === undefined) continue;
      left.delete(key);
      const error = errorName(partition.errorCode);
      answers.push([batch, { ...partition, error }]);
      isStale ||= meansStaleMetadata(error);
      const { leaderId, leaderEpoch } = partition.currentLeader;
      const knowsLeader = leaderId >= 0 && leaderEpoch >= 0 &&
        (error === "NOT_LEADER_OR_FOLLOWER" || error === "FENCED_LEADER_EPOCH");
      if (knowsLeader) {
        const { topic, partition } = batch.queue;
        leaders.push({ topic, partition, leaderId, leaderEpoch });
      }
    }
  }
  for (const batch of left.values()) {
    answers.push([
      batch,
      plainAnswer("UNKNOWN_SERVER_ERROR", "The answer does not mention the partition"),
    ]);
  }
  return { answers, isStale, leaders };
}
