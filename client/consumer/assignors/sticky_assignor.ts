/**
 * Members keep their partitions over rebalances, as far as that is fair (Kafka's `StickyAssignor`, KIP-54). They give all of them up before a
 * rebalance, and so tell the leader by their user data what they have had:
 *
 * ```text
 * array of (topic STRING, partitions ARRAY of INT32), generation INT32 (since version 1)
 * ```
 *
 * @module
 */

import type { TopicPartition } from "../../../storage/file/file_names.ts";
import { decodePrefix, encode, message } from "../../../storage/message/message_codec.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import type { ConsumerGroupMetadata } from "../consumer_group_metadata.ts";
import type {
  AssignableTopics,
  Assignment,
  PartitionAssignor,
  Subscription,
} from "./partition_assignor.ts";
import type { Claim } from "./previous_owners.ts";
import { stickyAssignment } from "./sticky_assignment.ts";

interface UserData {
  readonly previousAssignment: readonly {
    readonly topic: string;
    readonly partitions: readonly number[];
  }[];
  readonly generation: number;
}

const userDataMessage = message<UserData>(`
@StickyAssignorUserData - 0-1 flexible none
previousAssignment []TopicAssignment
  topic string
  partitions []int32
generation int32 1+ ! =-1
`);

const NOTHING: Claim = { partitions: [], generation: -1 };

/** One for each consumer: it remembers what the consumer has had. */
export class StickyAssignor implements PartitionAssignor {
  readonly name = "sticky";
  #owned: readonly TopicPartition[] | undefined;
  #generation = -1;
  /** The latest generation that this leader has heard of. */
  #latest = -1;

  onAssignment({ partitions }: Assignment, { generationId }: ConsumerGroupMetadata): void {
    this.#owned = partitions;
    this.#generation = generationId;
  }

  subscriptionUserData(): Uint8Array | null {
    if (this.#owned === undefined) return null;
    const byTopic = Map.groupBy(this.#owned, ({ topic }) => topic);
    return encode(userDataMessage, 1, {
      previousAssignment: Array.from(byTopic, ([topic, partitions]) => ({
        topic,
        partitions: partitions.map(({ partition }) => partition),
      })),
      generation: this.#generation,
    });
  }

  assign(
    topics: AssignableTopics,
    subscriptions: ReadonlyMap<string, Subscription>,
  ): ReadonlyMap<string, Assignment> {
    const claims = new Map<string, Claim>();
    for (const [member, { userData }] of subscriptions) {
      const claim = claimIn(userData);
      claims.set(member, claim);
      this.#latest = Math.max(this.#latest, claim.generation);
    }
    const assigned = stickyAssignment(topics, subscriptions, claims, this.#latest);
    return new Map(
      Array.from(
        assigned.partitions,
        ([member, partitions]) => [member, { partitions, userData: null }],
      ),
    );
  }
}

/** What a member has had; nothing, when it cannot be read. */
function claimIn(userData: Uint8Array | null): Claim {
  if (userData === null || userData.length === 0) return NOTHING;
  for (const version of [1, 0]) {
    try {
      const { previousAssignment, generation } =
        decodePrefix(userDataMessage, version, userData, 0).value;
      const partitions = previousAssignment.flatMap(({ topic, partitions }) =>
        partitions.map((partition) => ({ topic, partition }))
      );
      return { partitions, generation };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  return NOTHING;
}
