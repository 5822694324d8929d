/**
 * Members keep their partitions over rebalances, and read on meanwhile: what moves is given up in one rebalance and taken over in the next (Kafka's
 * `CooperativeStickyAssignor`, KIP-429).
 *
 * @module
 */

import { readInt32 } from "../../../storage/bytes/byte_reader.ts";
import { writeInt32 } from "../../../storage/bytes/byte_writer.ts";
import type { ConsumerGroupMetadata } from "../consumer_group_metadata.ts";
import { movedAtOnce } from "./cooperative_assignment.ts";
import type {
  AssignableTopics,
  Assignment,
  PartitionAssignor,
  RebalanceProtocol,
  Subscription,
} from "./partition_assignor.ts";
import type { Claim } from "./previous_owners.ts";
import { stickyAssignment } from "./sticky_assignment.ts";

const GENERATION_BYTES = 4;

/** One for each consumer. For leaders that do not know subscriptions of version 2, its user data is the generation, int32. */
export class CooperativeStickyAssignor implements PartitionAssignor {
  readonly name = "cooperative-sticky";
  readonly supportedProtocols: readonly RebalanceProtocol[] = ["COOPERATIVE", "EAGER"];
  #generation = -1;
  /** The latest generation that this leader has heard of. */
  #latest = -1;

  onAssignment(_assignment: Assignment, { generationId }: ConsumerGroupMetadata): void {
    this.#generation = generationId;
  }

  subscriptionUserData(): Uint8Array {
    const bytes = new Uint8Array(GENERATION_BYTES);
    writeInt32(bytes, 0, this.#generation);
    return bytes;
  }

  assign(
    topics: AssignableTopics,
    subscriptions: ReadonlyMap<string, Subscription>,
  ): ReadonlyMap<string, Assignment> {
    const claims = new Map<string, Claim>();
    for (const [member, subscription] of subscriptions) {
      const claim = claimOf(subscription);
      claims.set(member, claim);
      this.#latest = Math.max(this.#latest, claim.generation);
    }
    const assigned = stickyAssignment(topics, subscriptions, claims, this.#latest);
    const whole = new Map(
      Array.from(assigned.partitions, (
        [member, partitions],
      ) => [member, { partitions, userData: null }]),
    );
    // What somebody else has still got comes with the next rebalance.
    const moving = assigned.moving ?? movedAtOnce(subscriptions, whole);
    return new Map(
      Array.from(whole, ([member, { partitions, userData }]) => [member, {
        partitions: partitions.filter((one) => !moving.has(one)),
        userData,
      }]),
    );
  }
}

function claimOf({ ownedPartitions: partitions, generationId, userData }: Subscription): Claim {
  if (generationId >= 0) return { partitions, generation: generationId };
  const isTold = userData !== null && userData.length >= GENERATION_BYTES;
  return { partitions, generation: isTold ? readInt32(userData, 0) : -1 };
}
