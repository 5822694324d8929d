/**
 * Leaders that tell who is in sync with them.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../client/protocol/error_codes.ts";
import type {
  AlterPartitionRequest,
  AlterPartitionRequestPartitionData,
  AlterPartitionResponsePartitionData,
  AlterPartitionResponseTopicData,
  BrokerState,
} from "../../client/protocol/messages/alter_partition.ts";
import { checkBrokerEpoch } from "./broker_epoch.ts";
import type { ControllerContext, Decision } from "./decision.ts";
import type { MetadataRecord } from "./metadata_records.ts";
import { changePartition, RECOVERING } from "./partition_change.ts";
import {
  changedRegistration,
  NO_LEADER_CHANGE,
  type PartitionRegistration,
} from "./partition_registration.ts";
import { isUncleanElectionEnabled } from "./topic_settings.ts";
import type { TopicImage } from "./topics_image.ts";

/**
 * Decides on AlterPartition (Kafka's `ReplicationControlManager.alterPartition`): each partition by itself. A change that ends a reassignment can give
 * the partition another leader, of which the one that asked is told by `NEW_LEADER_ELECTED`.
 *
 * @throws {KafkaError} `STALE_BROKER_EPOCH`
 */
export function alterPartition(
  context: ControllerContext,
  { brokerId, brokerEpoch, topics }: AlterPartitionRequest,
): Decision<AlterPartitionResponseTopicData[]> {
  checkBrokerEpoch(context, brokerId, brokerEpoch);
  const records: MetadataRecord[] = [];
  const response = topics.map(({ topicId, partitions }) => {
    const topic = context.image.topics.byId.get(topicId);
    return {
      topicId,
      partitions: partitions.map((wanted) =>
        topic === undefined
          ? refused(wanted, "UNKNOWN_TOPIC_ID")
          : alter(context, brokerId, topic, wanted, records)
      ),
    };
  });
  return { records, response, isSplittable: true };
}

function refused(
  { partitionIndex }: AlterPartitionRequestPartitionData,
  error: ErrorName,
): AlterPartitionResponsePartitionData {
  return {
    partitionIndex,
    errorCode: errorCode(error),
    leaderId: 0,
    leaderEpoch: 0,
    isr: [],
    leaderRecoveryState: 0,
    partitionEpoch: 0,
  };
}

function alter(
  context: ControllerContext,
  brokerId: number,
  topic: TopicImage,
  wanted: AlterPartitionRequestPartitionData,
  records: MetadataRecord[],
): AlterPartitionResponsePartitionData {
  const { partitionIndex, leaderRecoveryState } = wanted;
  const before = topic.partitions.get(partitionIndex);
  if (before === undefined) return refused(wanted, "UNKNOWN_TOPIC_OR_PARTITION");
  const isr = inSync(wanted);
  const ids = isr.map((replica) => replica.brokerId);
  const error = stateError(brokerId, before, wanted) ?? isrError(context, before, wanted, isr);
  if (error !== undefined) return refused(wanted, error);
  const record = changePartition(context, topic, partitionIndex, {
    election: isUncleanElectionEnabled(context, topic.name) ? "unclean" : "online",
    isr: ids,
    leaderRecoveryState,
  });
  let after = before;
  if (record?.type === "PartitionChangeRecord") {
    records.push(record);
    const { leader } = record.data;
    if (leader !== brokerId && leader !== NO_LEADER_CHANGE) {
      return refused(wanted, "NEW_LEADER_ELECTED");
    }
    after = changedRegistration(before, record.data);
  }
  return {
    partitionIndex,
    errorCode: 0,
    leaderId: after.leader,
    leaderEpoch: after.leaderEpoch,
    isr: after.isr,
    leaderRecoveryState: after.leaderRecoveryState,
    partitionEpoch: after.partitionEpoch,
  };
}

/** Brokers did not tell epochs before version 3: -1 is any (KIP-903). */
function inSync(
  { newIsr, newIsrWithEpochs }: AlterPartitionRequestPartitionData,
): readonly BrokerState[] {
  return newIsrWithEpochs.length > 0
    ? newIsrWithEpochs
    : newIsr.map((brokerId) => ({ brokerId, brokerEpoch: -1 }));
}

/** Why a partition is not in the state that the broker takes it to be in. */
function stateError(
  brokerId: number,
  { leader, leaderEpoch, partitionEpoch }: PartitionRegistration,
  wanted: AlterPartitionRequestPartitionData,
): ErrorName | undefined {
  // A broker that knows more than the controller has it from a controller that came after this one.
  if (wanted.leaderEpoch > leaderEpoch || wanted.partitionEpoch > partitionEpoch) {
    return "NOT_CONTROLLER";
  }
  if (wanted.leaderEpoch < leaderEpoch) return "FENCED_LEADER_EPOCH";
  if (brokerId !== leader) return "INVALID_REQUEST";
  return wanted.partitionEpoch < partitionEpoch ? "INVALID_UPDATE_VERSION" : undefined;
}

function isrError(
  { image: { cluster } }: ControllerContext,
  { replicas, leader, leaderRecoveryState: before }: PartitionRegistration,
  { leaderRecoveryState: after }: AlterPartitionRequestPartitionData,
  isr: readonly BrokerState[],
): ErrorName | undefined {
  const ids = new Set(isr.map(({ brokerId }) => brokerId));
  const isSound = ids.size === isr.length &&
    isr.every(({ brokerId }) => replicas.includes(brokerId));
  const isRecovering = after === RECOVERING;
  if (
    !isSound || !ids.has(leader) || (after !== 0 && !isRecovering) ||
    (isRecovering && (isr.length > 1 || before !== RECOVERING))
  ) return "INVALID_REQUEST";
  const isEligible = ({ brokerId, brokerEpoch }: BrokerState) =>
    cluster.isActive(brokerId) &&
    (brokerEpoch === -1 || brokerEpoch === cluster.brokers.get(brokerId)!.brokerEpoch);
  return isr.every(isEligible) ? undefined : "INELIGIBLE_REPLICA";
}
