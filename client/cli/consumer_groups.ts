/**
 * `seglog consumer-groups`: lists and describes consumer groups, deletes them, and resets their offsets. Flags and output are those of
 * `kafka-consumer-groups.sh`.
 *
 * @module
 */

import { hashMapOrder } from "../../storage/cli/java_text.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import { errorMessage, KafkaError } from "../protocol/error_codes.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { type Admin, openAdmin } from "./admin_session.ts";
import type { GroupListing, ListGroupsOptions } from "../admin/group_listing.ts";
import type { GroupState, GroupType } from "../admin/group_state.ts";
import { type ClientToolIo, runClientTool, ToolExit } from "./client_tool.ts";
import { groupListLines, MISSING } from "./consumer_group_tables.ts";
import { consumerGroupsCall } from "./consumer_groups_call.ts";
import { describeGroups } from "./consumer_groups_describe.ts";
import {
  exceptionMessage,
  exceptionText,
  executionException,
  illegalArgument,
  JavaException,
  runtimeException,
  stackText,
  thrown,
} from "./java_exception.ts";
import { future, uncheckedFuture } from "./java_future.ts";
import { parseTopicWithPartitions, resetOffsets } from "./offset_reset.ts";
import { inHashOrder } from "./partition_order.ts";
import { re2Problem } from "./re2_syntax.ts";
import type { ToolOptions } from "./tool_options.ts";

const STATES: readonly GroupState[] = [
  "PreparingRebalance",
  "CompletingRebalance",
  "Stable",
  "Dead",
  "Empty",
  "Assigning",
  "Reconciling",
];
const TYPES: readonly GroupType[] = ["Classic", "Consumer"];

function chosen<T extends string>(
  text: string | undefined,
  all: readonly T[],
  what: "state" | "type",
): T[] {
  if (text === undefined || text === "") return [];
  const items = text.split(",").map((item) => item.trim().toLowerCase());
  const found = items.map((item) => all.find((name) => name.toLowerCase() === item));
  if (found.every((name) => name !== undefined)) return [...new Set(found)];
  const [list, valid] = what === "state" ? ["state list", "states"] : ["types list", "types"];
  throw illegalArgument(`Invalid ${list} '${text}'. Valid ${valid} are: ${all.join(", ")}`);
}

async function groupsOf(
  admin: Admin,
  timeoutMs: number,
  { groupStates = [], types = [] }: Pick<ListGroupsOptions, "groupStates" | "types"> = {},
): Promise<readonly GroupListing[]> {
  const all = await admin.listGroups({
    groupStates,
    types: [...types].length === 0 ? TYPES : types,
    protocolTypes: ["", "consumer"],
    timeoutMs,
  });
  // Kafka's client collects them in a HashMap.
  return hashMapOrder(new Map(all.all().map((group) => [group.groupId, group]))).map(([, group]) =>
    group
  );
}

function groupJson({ groupId, type, groupState, protocol }: GroupListing) {
  return { group: groupId, type, state: groupState, protocol };
}

async function list(
  admin: Admin,
  options: ToolOptions,
  timeoutMs: number,
  output: LineOutput,
): Promise<void> {
  const [withType, withState] = [options.has("type"), options.has("state")];
  const filter = {
    types: chosen(options.value("type"), TYPES, "type"),
    groupStates: chosen(options.value("state"), STATES, "state"),
  };
  const groups =
    await (withType || withState
      ? future(groupsOf(admin, timeoutMs, filter))
      : uncheckedFuture(groupsOf(admin, timeoutMs)));
  if (options.has("json")) output.print(JSON.stringify(groups.map(groupJson)));
  else if (withType || withState) {
    for (const line of groupListLines(groups, withType, withState)) output.print(line);
  } else for (const { groupId } of groups) output.print(groupId);
}

async function deleteGroups(
  admin: Admin,
  groupIds: readonly string[],
  options: ToolOptions,
  timeoutMs: number,
  output: LineOutput,
): Promise<void> {
  const results = await admin.deleteConsumerGroups(groupIds, { timeoutMs });
  const deleted: string[] = [];
  const failed: [string, string][] = [];
  for (const group of results.keys()) {
    const error = results.error(group);
    if (error === undefined) deleted.push(group);
    else failed.push([group, exceptionText(error)]);
  }
  const quoted = deleted.map((group) => `'${group}'`).join(", ");
  if (options.has("json")) {
    output.print(JSON.stringify({ deleted, failed: Object.fromEntries(failed) }));
  } else if (failed.length === 0) {
    output.print(`Deletion of requested consumer groups (${quoted}) was successful.`);
  } else {
    output.print("\nError: Deletion of some consumer groups failed:");
    for (const [group, text] of failed) {
      output.print(`* Group '${group}' could not be deleted due to: ${text}`);
    }
    if (deleted.length > 0) {
      output.print(`\nThese consumer groups were deleted successfully: ${quoted}`);
    }
  }
}

/** What is told of an error that concerns the group, or some of its partitions. */
function deletionProblem(error: unknown): string {
  if (!(error instanceof KafkaError)) throw error;
  switch (error.code) {
    case "INVALID_GROUP_ID":
    case "GROUP_ID_NOT_FOUND":
    case "GROUP_AUTHORIZATION_FAILED":
    case "NON_EMPTY_GROUP":
      return errorMessage(error.code)!;
    case "GROUP_SUBSCRIBED_TO_TOPIC":
    case "TOPIC_AUTHORIZATION_FAILED":
    case "UNKNOWN_TOPIC_OR_PARTITION":
      return "Encountered some partition-level error, see the follow-up details.";
  }
  return `Encountered some unknown error: ${error.code}`;
}

async function deleteOffsets(
  admin: Admin,
  options: ToolOptions,
  timeoutMs: number,
  output: LineOutput,
): Promise<void> {
  const group = options.value("group")!;
  const topics = options.values("topic");
  const outcomes: [TopicPartition, string | undefined][] = [];
  const partitions = new TopicPartitionMap<true>();
  for (const topic of topics.filter((topic) => topic.includes(":"))) {
    for (const partition of parseTopicWithPartitions(topic)) partitions.set(partition, true);
  }
  const whole = topics.filter((topic) => !topic.includes(":"));
  const described = await admin.describeTopics(whole, { timeoutMs });
  for (const topic of whole) {
    const error = described.error(topic);
    if (error !== undefined) {
      outcomes.push([{ topic, partition: -1 }, exceptionMessage(executionException(error))]);
    } else {
      for (const { partition } of described.get(topic).partitions) {
        partitions.set({ topic, partition }, true);
      }
    }
  }
  const named = [...partitions].map(([partition]) => partition);
  const results = await admin.deleteConsumerGroupOffsets(group, named, { timeoutMs });
  let problem: string | undefined;
  for (const partition of named) {
    const error = results.error(partition);
    if (error !== undefined) problem ??= deletionProblem(error);
    outcomes.push([
      partition,
      error === undefined ? undefined : exceptionMessage(executionException(error)),
    ]);
  }
  const key = ({ topic, partition }: TopicPartition) => `${topic}${partition}`;
  outcomes.sort(([a], [b]) => (key(a) < key(b) ? -1 : 1));
  if (options.has("json")) {
    output.print(JSON.stringify(outcomes.map(([partition, error]) => ({
      ...partition,
      ...(error === undefined ? {} : { error }),
    }))));
    return;
  }
  output.print(
    problem === undefined
      ? `Request succeeded for deleting offsets from group ${group}.`
      : `\nError: ${problem}`,
  );
  const width = Math.max(15, ...outcomes.map(([{ topic }]) => topic.length));
  const line = (topic: string, partition: string, status: string) =>
    output.print(`${topic.padEnd(width)} ${partition.padEnd(10)} ${status.padEnd(15)}`);
  output.print("");
  line("TOPIC", "PARTITION", "STATUS");
  for (const [{ topic, partition }, error] of outcomes) {
    const status = error === undefined ? "Successful" : `Error: ${error}`;
    line(topic, partition >= 0 ? String(partition) : MISSING, status);
  }
}

function printReset(
  offsets: ReadonlyMap<string, TopicPartitionMap<number>>,
  options: ToolOptions,
  output: LineOutput,
): void {
  const rows = [...offsets].flatMap(([group, ofGroup]) =>
    inHashOrder(ofGroup, ([partition]) => partition)
      .map(([{ topic, partition }, offset]) => ({ group, topic, partition, offset }))
  );
  if (options.has("json")) {
    output.print(JSON.stringify(rows));
    return;
  }
  if (options.has("export")) {
    const isSingle = options.values("group").length === 1;
    const cell = (text: string) => /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    for (const { group, topic, partition, offset } of rows) {
      output.print([...(isSingle ? [] : [cell(group)]), cell(topic), partition, offset].join(","));
    }
    output.print("");
    return;
  }
  const groupWidth = Math.max(15, ...[...offsets.keys()].map((group) => group.length));
  const topicWidth = Math.max(15, ...rows.map(({ topic }) => topic.length));
  const line = (group: string, topic: string, partition: string, offset: string) =>
    output.print(
      `${group.padEnd(groupWidth)} ${topic.padEnd(topicWidth)} ${partition.padEnd(10)} ${offset}`,
    );
  output.print("");
  if (offsets.size > 0) line("GROUP", "TOPIC", "PARTITION", "NEW-OFFSET");
  for (const { group, topic, partition, offset } of rows) {
    line(group, topic, String(partition), String(offset));
  }
}

function validateRegex(pattern: string, output: LineOutput): void {
  const problem = re2Problem(pattern);
  const verdict = problem === undefined ? "valid" : `invalid: ${problem}`;
  output.print(`The regular expression \`${pattern}\` is ${verdict}.`);
}

async function execute(
  admin: Admin,
  options: ToolOptions,
  io: ClientToolIo,
  output: LineOutput,
): Promise<void> {
  const timeoutMs = options.long("timeout")!;
  if (options.has("list")) return await list(admin, options, timeoutMs, output);
  if (options.has("delete-offsets")) {
    return await deleteOffsets(admin, options, timeoutMs, output);
  }
  const groupIds = options.has("all-groups")
    ? (await uncheckedFuture(groupsOf(admin, timeoutMs))).map(({ groupId }) => groupId)
    : options.values("group");
  if (options.has("describe")) {
    return await describeGroups(admin, groupIds, options, timeoutMs, output);
  }
  if (options.has("delete")) {
    return await deleteGroups(admin, groupIds, options, timeoutMs, output);
  }
  printReset(await resetOffsets(admin, groupIds, options, timeoutMs, io, output), options, output);
}

function open(options: ToolOptions, io: ClientToolIo, output: LineOutput): Admin {
  const server = options.value("bootstrap-server");
  const configFile = options.value("command-config");
  try {
    return openAdmin(io, output, { server, configFile });
  } catch (error) {
    const isLost = error instanceof JavaException && error.className.startsWith("java.nio.file.");
    throw isLost ? runtimeException(error) : error;
  }
}

/**
 * Runs the tool.
 *
 * @returns 0, also when what was asked for has failed, as Kafka's tool; 1 after the usage text
 */
export function consumerGroupsTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const options = consumerGroupsCall(args, (line) => output.printError(line));
    const pattern = options.value("validate-regex");
    if (pattern !== undefined) {
      validateRegex(pattern, output);
      return 0;
    }
    try {
      await using admin = open(options, io, output);
      await execute(admin, options, io, output);
    } catch (error) {
      if (error instanceof ToolExit) throw error;
      const { className, message } = thrown(error);
      if (className === "java.lang.IllegalArgumentException") throw options.fail(`${message}`);
      output.print(`\nError: Executing consumer group command failed due to ${message}`);
      output.printError(stackText(error));
    }
    return 0;
  }, (error, output) => {
    output.printError(`Exception in thread "main" ${stackText(error)}`);
    return 1;
  });
}
