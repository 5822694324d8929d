/**
 * The leader of partitions, as a follower talks to it (Kafka's `LeaderEndPoint`).
 *
 * @module
 */

import type { FetchRequest, FetchResponse } from "../../client/protocol/messages/fetch.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { Draft } from "../../storage/message/message_codec.ts";

/** One broker that leads. */
export interface LeaderEndPoint {
  /** Its id. */
  readonly brokerId: number;
  /**
   * Fetches.
   *
   * @throws what the network throws, and what the broker has against the request as a whole
   */
  fetch(request: Draft<FetchRequest>, signal: AbortSignal): Promise<FetchResponse>;
  /**
   * The first offset that a partition has, or the one behind its last.
   *
   * @param currentLeaderEpoch epoch of the leader as it is known
   * @throws {KafkaError} what the broker has against that
   * @throws what the network throws
   */
  fetchOffset(
    topicPartition: TopicPartition,
    currentLeaderEpoch: number,
    which: "earliest" | "latest",
    signal: AbortSignal,
  ): Promise<number>;
  /** Ends the connection. */
  close(): void;
}
