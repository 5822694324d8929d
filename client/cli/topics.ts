/**
 * `seglog topics`: makes, changes, lists, describes and deletes topics. Flags and output are those of `kafka-topics.sh`.
 *
 * @module
 */

import { isUuid, ZERO_UUID } from "../../storage/bytes/uuid.ts";
import { javaSplit } from "../../storage/cli/java_text.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import { parseLogConfig } from "../../storage/log/config/log_config.ts";
import { topicConfig } from "../../storage/log/config/topic_configs.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { type Admin, openAdmin } from "./admin_session.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import {
  commandFailed,
  exceptionMessage,
  illegalArgument,
  JavaException,
  operationFailed,
  stackText,
} from "./java_exception.ts";
import { logLine } from "./log_line.ts";
import { isInternalTopic, topicFilter } from "./topic_filter.ts";
import { describeTopics } from "./topics_describe.ts";
import { uuidProblem } from "./uuid_problem.ts";
import { topicsOptions } from "./topics_options.ts";
import type { ToolOptions } from "./tool_options.ts";

const MAX_SHORT = 32_767;

/**
 * The replicas of each partition.
 *
 * @param text partitions with commas between them, each the ids of brokers with colons between them
 * @throws {JavaException} in Kafka's words
 */
export function parseReplicaAssignment(text: string): number[][] {
  const assignment: number[][] = [];
  javaSplit(text, ",").forEach((part, partition) => {
    const brokers = javaSplit(part, ":").map((id) => parseBrokerId(id.trim()));
    const twice = [...new Set(brokers.filter((id, i) => brokers.indexOf(id) !== i))];
    if (twice.length > 0) {
      throw commandFailed(
        `Partition replica lists may not contain duplicate entries: ${twice.join(",")}`,
      );
    }
    assignment.push(brokers);
    if (brokers.length !== assignment[0]!.length) {
      throw operationFailed(
        `Partition ${partition} has different replication factor: [${brokers.join(", ")}]`,
      );
    }
  });
  return assignment;
}

function parseBrokerId(text: string): number {
  const id = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (Math.abs(id) <= 2 ** 31) return id;
  throw new JavaException("java.lang.NumberFormatException", `For input string: "${text}"`);
}

/**
 * The configs that `--config` options set.
 *
 * @throws {JavaException} for what is not `name=value`
 * @throws {KafkaError} for a config that a topic does not have
 * @throws {InvalidConfigError} for a value that it does not take
 */
export function parseTopicConfigs(texts: readonly string[]): Record<string, string> {
  const pairs = texts.map((text) => {
    const parts = text.split(/\s*=\s*/);
    while (parts.length > 1 && parts.at(-1) === "") parts.pop();
    return parts;
  });
  if (!pairs.every((pair) => pair.length === 2)) {
    throw illegalArgument(
      'requirement failed: Invalid topic config: all configs to be added must be in the format "key=val".',
    );
  }
  const configs = Object.fromEntries(pairs.map(([name, value]) => [name!.trim(), value!.trim()]));
  for (const name of Object.keys(configs)) {
    if (topicConfig(name) === undefined) {
      throw new KafkaError("INVALID_CONFIG", `Unknown topic config name: ${name}`);
    }
  }
  parseLogConfig(configs);
  return configs;
}

/** The topics that a command is about, sorted by name. */
export async function matchingTopics(
  admin: Admin,
  pattern: string | undefined,
  excludeInternal: boolean,
): Promise<string[]> {
  const listings = await admin.listTopics({ listInternal: !excludeInternal });
  const names = [...listings.keys()].sort();
  const isIncluded = pattern === undefined ? () => true : topicFilter(pattern);
  return names.filter((name) => isIncluded(name) && !(excludeInternal && isInternalTopic(name)));
}

/** @throws {JavaException} when a topic that was named is not there */
function ensureExists(found: readonly string[], options: ToolOptions): void {
  const topic = options.value("topic");
  if (topic === undefined || topic === "" || options.has("if-exists") || found.length > 0) return;
  throw illegalArgument(`Topic '${topic}' does not exist as expected`);
}

function assignmentOf(options: ToolOptions): number[][] {
  const text = options.value("replica-assignment") ?? "";
  return text === "" ? [] : parseReplicaAssignment(text);
}

async function createTopic(
  admin: Admin,
  options: ToolOptions,
  output: LineOutput,
): Promise<void> {
  const name = options.value("topic")!;
  const numPartitions = options.integer("partitions");
  const replicationFactor = options.integer("replication-factor");
  const replicas = assignmentOf(options);
  const configs = parseTopicConfigs(options.values("config"));
  if (/[._]/.test(name)) {
    output.print(
      "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. To " +
        "avoid issues it is best to use either, but not both.",
    );
  }
  if (replicationFactor !== undefined && (replicationFactor > MAX_SHORT || replicationFactor < 1)) {
    throw illegalArgument(`The replication factor must be between 1 and ${MAX_SHORT} inclusive`);
  }
  if (numPartitions !== undefined && numPartitions < 1) {
    throw illegalArgument("The partitions must be greater than 0");
  }
  const topic = replicas.length > 0
    ? { name, replicasAssignments: new Map(replicas.map((brokers, i) => [i, brokers])), configs }
    : {
      name,
      ...(numPartitions === undefined ? {} : { numPartitions }),
      ...(replicationFactor === undefined ? {} : { replicationFactor }),
      configs,
    };
  try {
    (await admin.createTopics([topic], { retryOnQuotaViolation: false })).all();
  } catch (error) {
    const isThere = error instanceof KafkaError && error.code === "TOPIC_ALREADY_EXISTS";
    if (isThere && options.has("if-not-exists")) return;
    throw error;
  }
  output.print(`Created topic ${name}.`);
}

async function alterTopic(admin: Admin, options: ToolOptions): Promise<void> {
  const count = options.integer("partitions")!;
  const replicas = assignmentOf(options);
  parseTopicConfigs(options.values("config"));
  const topics = await matchingTopics(admin, options.value("topic"), false);
  ensureExists(topics, options);
  if (topics.length === 0) return;
  const described = await admin.describeTopics(topics);
  const wanted = new Map(topics.map((name) => {
    if (replicas.length === 0) return [name, { totalCount: count }];
    const newAssignments = replicas.slice(described.get(name).partitions.length);
    return [name, { totalCount: count, newAssignments }];
  }));
  (await admin.createPartitions(wanted, { retryOnQuotaViolation: false })).all();
}

async function listTopics(admin: Admin, options: ToolOptions, output: LineOutput): Promise<void> {
  const names = await matchingTopics(
    admin,
    options.value("topic"),
    options.has("exclude-internal"),
  );
  output.print(options.has("json") ? JSON.stringify(names) : names.join("\n"));
}

async function deleteTopics(admin: Admin, options: ToolOptions): Promise<void> {
  const topics = await matchingTopics(admin, options.value("topic"), false);
  ensureExists(topics, options);
  if (topics.length === 0) return;
  (await admin.deleteTopics(topics, { retryOnQuotaViolation: false })).all();
}

async function describe(admin: Admin, options: ToolOptions, output: LineOutput): Promise<void> {
  const excludeInternal = options.has("exclude-internal");
  const topicId = options.value("topic-id");
  if (topicId !== undefined && topicId !== ZERO_UUID) {
    if (!isUuid(topicId)) throw illegalArgument(uuidProblem(topicId));
    const listings = await admin.listTopics({ listInternal: !excludeInternal });
    const found = [...listings.values()].filter((listing) => listing.topicId === topicId);
    if (found.length === 0 && !options.has("if-exists")) {
      throw illegalArgument(`TopicId '${topicId}' does not exist as expected`);
    }
    return await describeTopics(admin, found.map(({ name }) => name), options, output);
  }
  const topics = await matchingTopics(admin, options.value("topic"), excludeInternal);
  ensureExists(topics, options);
  await describeTopics(admin, topics, options, output);
}

async function execute(admin: Admin, options: ToolOptions, output: LineOutput): Promise<void> {
  if (options.has("create")) return await createTopic(admin, options, output);
  if (options.has("alter")) return await alterTopic(admin, options);
  if (options.has("list")) return await listTopics(admin, options, output);
  if (options.has("describe")) return await describe(admin, options, output);
  await deleteTopics(admin, options);
}

/**
 * Runs the tool.
 *
 * @returns 0, or 1 after a failure or the usage text
 */
export function topicsTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const options = topicsOptions(
      args,
      (line) => output.printError(line),
      (line) => output.print(line),
    );
    await using admin = openAdmin(io, output, {
      server: options.value("bootstrap-server"),
      configFile: options.value("command-config"),
    });
    try {
      await execute(admin, options, output);
      return 0;
    } catch (error) {
      const text = stackText(error);
      output.print(`Error while executing topic command : ${exceptionMessage(error)}`);
      const logger = "org.apache.kafka.tools.TopicCommand";
      output.printError(logLine(io.env.clock, "ERROR", `${text}\n`, logger));
      return 1;
    }
  }, (error, output) => {
    output.printError(`${exceptionMessage(error)}\n${stackText(error)}\n`);
    return 1;
  });
}
