/**
 * The leader of partitions on another broker.
 *
 * @module
 */

import type { BrokerLink } from "../../client/network/broker_link.ts";
import { errorName, KafkaError } from "../../client/protocol/error_codes.ts";
import {
  fetch,
  type FetchRequest,
  type FetchResponse,
} from "../../client/protocol/messages/fetch.ts";
import { listOffsets } from "../../client/protocol/messages/list_offsets.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import type { LeaderEndPoint } from "./leader_end_point.ts";

/** Special timestamps of ListOffsets. */
const TIMESTAMPS = { earliest: -2, latest: -1 } as const;

/** A leader that is asked over the network (Kafka's `RemoteLeaderEndPoint`). */
export class RemoteLeaderEndPoint implements LeaderEndPoint {
  /** Its id. */
  readonly brokerId: number;
  readonly #link: Pick<BrokerLink, "send" | "close">;
  readonly #replicaId: number;

  /**
   * Asks over a link.
   *
   * @param replicaId id of the broker that asks
   */
  constructor(brokerId: number, link: Pick<BrokerLink, "send" | "close">, replicaId: number) {
    this.brokerId = brokerId;
    this.#link = link;
    this.#replicaId = replicaId;
  }

  /** Fetches. */
  fetch(request: Draft<FetchRequest>, signal: AbortSignal): Promise<FetchResponse> {
    return this.#link.send(fetch, request, { signal });
  }

  /** Asks for one offset. */
  async fetchOffset(
    { topic, partition }: TopicPartition,
    currentLeaderEpoch: number,
    which: "earliest" | "latest",
    signal: AbortSignal,
  ): Promise<number> {
    const timestamp = TIMESTAMPS[which];
    const { topics } = await this.#link.send(listOffsets, {
      replicaId: this.#replicaId,
      topics: [{
        name: topic,
        partitions: [{ partitionIndex: partition, currentLeaderEpoch, timestamp }],
      }],
    }, { signal });
    const answer = topics[0]?.partitions[0];
    const error = answer === undefined ? "UNKNOWN_SERVER_ERROR" : errorName(answer.errorCode);
    if (error !== "NONE") throw new KafkaError(error);
    return answer!.offset;
  }

  /** Ends the connection. */
  close(): void {
    this.#link.close();
  }
}
