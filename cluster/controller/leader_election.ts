/**
 * Elections that somebody asks for.
 *
 * @module
 */

import { errorCode, KafkaError } from "../../client/protocol/error_codes.ts";
import type {
  ElectLeadersRequest,
  ElectLeadersResponsePartitionResult,
  ReplicaElectionResult,
} from "../../client/protocol/messages/elect_leaders.ts";
import {
  type ApiResult,
  checkRecordCount,
  type ControllerContext,
  type Decision,
  failure,
  OK,
} from "./decision.ts";
import type { Election } from "./leader_choice.ts";
import type { MetadataRecord } from "./metadata_records.ts";
import { changePartition } from "./partition_change.ts";
import { hasPreferredLeader, NO_LEADER } from "./partition_registration.ts";

/** Kinds of elections, by the protocol's number. */
const ELECTIONS: readonly Election[] = ["preferred", "unclean"];

/**
 * Decides on ElectLeaders. When it is asked for all partitions, those that need none are not told of.
 *
 * @throws {KafkaError} `INVALID_REQUEST` for a kind of election that there is not
 */
export function electLeaders(
  context: ControllerContext,
  { electionType, topicPartitions }: ElectLeadersRequest,
): Decision<ReplicaElectionResult[]> {
  const election = ELECTIONS[electionType];
  if (election === undefined) {
    throw new KafkaError("INVALID_REQUEST", `Unknown election type ${electionType}`);
  }
  const records: MetadataRecord[] = [];
  const elect = (topic: string, partitionId: number): ElectLeadersResponsePartitionResult => {
    const { error, message } = electLeader(context, topic, partitionId, election, records);
    return { partitionId, errorCode: errorCode(error), errorMessage: message };
  };
  const response = topicPartitions === null
    ? [...context.image.topics.byName.values()].map(({ name, partitions }) => ({
      topic: name,
      partitionResult: [...partitions.keys()].map((id) => elect(name, id))
        .filter(({ errorCode: code }) => code !== errorCode("ELECTION_NOT_NEEDED")),
    }))
    : topicPartitions.map(({ topic, partitions }) => ({
      topic,
      partitionResult: partitions.map((id) => elect(topic, id)),
    }));
  checkRecordCount(records);
  return { records, response, isSplittable: true };
}

function electLeader(
  context: ControllerContext,
  name: string,
  partitionId: number,
  election: Election,
  records: MetadataRecord[],
): ApiResult {
  const topic = context.image.topics.byName.get(name);
  if (topic === undefined) {
    return failure("UNKNOWN_TOPIC_OR_PARTITION", `No such topic as ${name}`);
  }
  const partition = topic.partitions.get(partitionId);
  if (partition === undefined) {
    return failure("UNKNOWN_TOPIC_OR_PARTITION", `No such partition as ${name}-${partitionId}`);
  }
  const isNeeded = election === "preferred"
    ? !hasPreferredLeader(partition)
    : partition.leader === NO_LEADER;
  if (!isNeeded) return failure("ELECTION_NOT_NEEDED");
  const record = changePartition(context, topic, partitionId, { election });
  if (record === undefined) {
    return failure(
      election === "preferred"
        ? "PREFERRED_LEADER_NOT_AVAILABLE"
        : "ELIGIBLE_LEADERS_NOT_AVAILABLE",
    );
  }
  records.push(record);
  return OK;
}
