/**
 * Who a consumer is in its group.
 *
 * @module
 */

/** What a transaction needs to know of a consumer whose offsets it commits (Kafka's `ConsumerGroupMetadata`, KIP-447). */
export interface ConsumerGroupMetadata {
  /** The group. */
  readonly groupId: string;
  /** The group's generation; -1 when it is no member. */
  readonly generationId: number;
  /** The member; empty when it is none. */
  readonly memberId: string;
  /** `group.instance.id`; `null` for none. */
  readonly groupInstanceId: string | null;
}
