/**
 * `seglog consumer-groups --describe`.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { Admin } from "./admin_session.ts";
import type { ConsumerGroupDescription, MemberDescription } from "../admin/group_description.ts";
import type { OffsetAndMetadata } from "../consumer/offset_and_metadata.ts";
import {
  lagOf,
  memberLines,
  offsetLines,
  type OffsetRow,
  stateLines,
} from "./consumer_group_tables.ts";
import { future, uncheckedFuture } from "./java_future.ts";
import type { ToolOptions } from "./tool_options.ts";

/** Where partitions end; nothing for those without a leader. */
async function endOffsets(
  admin: Admin,
  partitions: readonly TopicPartition[],
  timeoutMs: number,
): Promise<TopicPartitionMap<number>> {
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  const described = await admin.describeTopics(topics, { timeoutMs });
  const leaderless = new Set(
    [...described.all()].flatMap(([topic, { partitions }]) =>
      partitions.filter(({ leader }) => leader === null)
        .map(({ partition }) => topicPartitionKey({ topic, partition }))
    ),
  );
  const known = partitions.filter((each) => !leaderless.has(topicPartitionKey(each)));
  const ends = await admin.listOffsets(known.map((each) => [each, "latest"]), { timeoutMs });
  return new TopicPartitionMap([...ends.all()].map(([key, { offset }]) => [key, offset]));
}

/** The committed offsets of a group. */
export async function committedOffsets(
  admin: Admin,
  group: string,
  timeoutMs: number,
): Promise<TopicPartitionMap<OffsetAndMetadata | null>> {
  return await uncheckedFuture(
    admin.listConsumerGroupOffsets(new Map([[group, null]]), { timeoutMs })
      .then((results) => results.get(group)),
  );
}

async function rowsOf(
  admin: Admin,
  { groupId, members }: ConsumerGroupDescription,
  timeoutMs: number,
): Promise<OffsetRow[]> {
  const committed = await committedOffsets(admin, groupId, timeoutMs);
  const assigned = members.filter(({ assignment }) => assignment.length > 0)
    .toSorted((a, b) => b.assignment.length - a.assignment.length);
  const taken = new TopicPartitionMap(
    assigned.flatMap(({ assignment }) => assignment.map((each) => [each, true] as const)),
  );
  const free = [...committed].map(([key]) => key).filter((key) => !taken.has(key));
  const all = [...[...taken].map(([key]) => key), ...free];
  if (all.length === 0) return [];
  const ends = await uncheckedFuture(endOffsets(admin, all, timeoutMs));
  const rows = (partitions: readonly TopicPartition[], member?: MemberDescription): OffsetRow[] =>
    partitions.map((topicPartition) => {
      const entry = committed.get(topicPartition);
      return {
        group: groupId,
        topicPartition,
        offset: entry?.offset,
        leaderEpoch: entry?.leaderEpoch,
        logEndOffset: ends.get(topicPartition),
        member,
      };
    }).sort((a, b) =>
      a.topicPartition.topic === b.topicPartition.topic
        ? a.topicPartition.partition - b.topicPartition.partition
        : a.topicPartition.topic < b.topicPartition.topic
        ? -1
        : 1
    );
  return [...assigned.flatMap((member) => rows(member.assignment, member)), ...rows(free)];
}

/** Says what there is to say of a group's state; tells whether there are rows to be shown. */
function tellState(
  { groupId, groupState }: ConsumerGroupDescription,
  rows: number,
  output: LineOutput,
): boolean {
  switch (groupState) {
    case "Dead":
      output.print(`\nError: Consumer group '${groupId}' does not exist.`);
      return false;
    case "Empty":
      output.printError(`\nConsumer group '${groupId}' has no active members.`);
      break;
    case "PreparingRebalance":
    case "CompletingRebalance":
    case "Assigning":
    case "Reconciling":
      output.printError(`\nWarning: Consumer group '${groupId}' is rebalancing.`);
  }
  return rows > 0;
}

function memberJson(member: MemberDescription): unknown {
  const { consumerId, groupInstanceId, host, clientId, assignment } = member;
  return { consumerId, groupInstanceId: groupInstanceId ?? null, host, clientId, assignment };
}

function rowJson(row: OffsetRow): unknown {
  return {
    ...row.topicPartition,
    currentOffset: row.offset ?? null,
    logEndOffset: row.logEndOffset ?? null,
    lag: lagOf(row) ?? null,
    leaderEpoch: row.leaderEpoch ?? null,
    consumerId: row.member?.consumerId ?? null,
    host: row.member?.host ?? null,
    clientId: row.member?.clientId ?? null,
  };
}

/** Prints offsets, members or states of groups. */
export async function describeGroups(
  admin: Admin,
  groupIds: readonly string[],
  options: ToolOptions,
  timeoutMs: number,
  output: LineOutput,
): Promise<void> {
  const results = await future(
    admin.describeConsumerGroups(groupIds, { timeoutMs }).then((results) => [...results.all()]),
  );
  const groups = results.map(([, group]) => group).sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
  const isVerbose = options.has("verbose");
  const isJson = options.has("json");
  const json: unknown[] = [];
  const print = (lines: readonly string[]) => lines.forEach((line) => output.print(line));
  for (const group of groups) {
    const { groupId, members, groupState: state, coordinator, partitionAssignor } = group;
    const { groupEpoch, targetAssignmentEpoch } = group;
    if (options.has("members")) {
      if (isJson) json.push({ group: groupId, state, members: members.map(memberJson) });
      else {
        tellState(group, members.length, output);
        print(memberLines(groupId, members, targetAssignmentEpoch, isVerbose));
      }
    } else if (options.has("state")) {
      const row = {
        group: groupId,
        coordinator,
        assignmentStrategy: partitionAssignor,
        state,
        groupEpoch,
        targetAssignmentEpoch,
        members: members.length,
      };
      if (isJson) json.push(row);
      else if (tellState(group, 1, output)) print(stateLines(row, isVerbose));
    } else {
      const rows = await rowsOf(admin, group, timeoutMs);
      if (isJson) json.push({ group: groupId, state, partitions: rows.map(rowJson) });
      else if (tellState(group, rows.length, output)) print(offsetLines(rows, isVerbose));
    }
  }
  if (isJson) output.print(JSON.stringify(json));
}
