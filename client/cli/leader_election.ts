/**
 * `seglog leader-election`: makes preferred replicas leaders, or replicas that are not in sync. Flags and output are those of
 * `kafka-leader-election.sh`.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import { uncaught } from "../../storage/cli/tool.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { ElectionType } from "../admin/elections.ts";
import { type Admin, openAdmin } from "./admin_session.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { readToolText } from "./command_config.ts";
import {
  commandFailed,
  exceptionMessage,
  exceptionText,
  executionException,
  JavaException,
  operationFailed,
  runtimeException,
  stackText,
} from "./java_exception.ts";
import {
  arrayField,
  integerField,
  jsonObject,
  optionalField,
  parseJson,
  stringField,
} from "./json_fields.ts";
import { LEADER_ELECTION_OPTIONS } from "./leader_election_options.ts";
import { inHashOrder } from "./partition_order.ts";
import { ToolOptions } from "./tool_options.ts";

const DEFAULT_TIMEOUT_MS = 30_000;

function electionType(options: ToolOptions): ElectionType {
  const text = options.value("election-type")!;
  const type = text.toUpperCase();
  if (type === "PREFERRED" || type === "UNCLEAN") return type;
  throw uncaught(
    "joptsimple.OptionArgumentConversionException",
    `Cannot parse argument '${text}' of option election-type`,
    {
      cause: uncaught(
        "joptsimple.ValueConversionException",
        `Value [${text}] is not one of [[PREFERRED,UNCLEAN]]`,
      ),
    },
  );
}

function check(options: ToolOptions): void {
  const missing = ["bootstrap-server", "election-type"].filter((name) => !options.has(name));
  if (missing.length > 0) {
    throw commandFailed(`Missing required option(s): ${missing.join(", ")}`);
  }
  options.refuse("admin.config", ["command-config"]);
  const ways = ["topic", "all-topic-partitions", "path-to-json-file"];
  if (ways.filter((name) => options.has(name)).length !== 1) {
    throw commandFailed(
      `One and only one of the following options is required: ${ways.join(", ")}`,
    );
  }
  if (options.has("topic") && !options.has("partition")) {
    throw commandFailed("Missing required option(s): partition");
  }
  if (!options.has("topic") && options.has("partition")) {
    throw commandFailed("Option partition is only allowed if topic is used");
  }
}

/**
 * Reads the partitions of a file: `{"partitions": [{"topic": "foo", "partition": 1}]}`.
 *
 * @throws {JavaException} in Kafka's words
 */
export function parseElectionJson(text: string): TopicPartition[] {
  let json;
  try {
    json = jsonObject(parseJson(text));
  } catch (error) {
    if (!(error instanceof JavaException)) throw error;
    if (!error.className.endsWith(".AdminOperationException")) throw error;
    throw operationFailed("Replica election data is empty");
  }
  if (optionalField(json, "partitions") === undefined) {
    throw operationFailed('Replica election data is missing "partitions" field');
  }
  const found = new TopicPartitionMap<boolean>();
  for (const item of arrayField(json, "partitions")) {
    const fields = jsonObject(item);
    const topicPartition = {
      topic: stringField(fields, "topic"),
      partition: integerField(fields, "partition"),
    };
    found.set(topicPartition, found.has(topicPartition));
  }
  const twice = [...found].filter(([, isTwice]) => isTwice).map(([key]) => topicPartitionKey(key));
  if (twice.length > 0) {
    throw operationFailed(
      `Replica election data contains duplicate partitions: [${twice.join(", ")}]`,
    );
  }
  return [...found].map(([topicPartition]) => topicPartition);
}

function electionText(io: ClientToolIo, file: string): string {
  try {
    return readToolText(io, file);
  } catch (error) {
    throw error instanceof JavaException ? runtimeException(error) : error;
  }
}

function partitionsOf(options: ToolOptions, io: ClientToolIo): TopicPartition[] | undefined {
  const file = options.value("path-to-json-file");
  if (file !== undefined) return parseElectionJson(electionText(io, file));
  const topic = options.value("topic");
  return topic === undefined ? undefined : [{ topic, partition: options.integer("partition")! }];
}

async function elect(
  admin: Admin,
  type: ElectionType,
  partitions: readonly TopicPartition[] | undefined,
  output: LineOutput,
) {
  try {
    return await admin.electLeaders(type, partitions);
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    const message = error.code === "REQUEST_TIMED_OUT"
      ? "Timeout waiting for election results"
      : error.code === "CLUSTER_AUTHORIZATION_FAILED"
      ? "Not authorized to perform leader election"
      : undefined;
    if (message === undefined) {
      throw runtimeException(executionException(error));
    }
    output.print(message);
    throw commandFailed(message, error.code === "REQUEST_TIMED_OUT" ? { cause: error } : {});
  }
}

/** Partitions that could not be given a leader. */
class ElectionFailures extends JavaException {
  readonly errors: readonly Error[];

  constructor(errors: readonly Error[]) {
    super(
      "org.apache.kafka.tools.AdminCommandFailedException",
      `${errors.length} replica(s) could not be elected`,
    );
    this.errors = errors;
  }
}

async function electLeaders(
  admin: Admin,
  options: ToolOptions,
  partitions: readonly TopicPartition[] | undefined,
  output: LineOutput,
): Promise<void> {
  const type = electionType(options);
  const results = await elect(admin, type, partitions, output);
  const [succeeded, unneeded]: [string[], string[]] = [[], []];
  const failed: [string, Error][] = [];
  for (const topicPartition of inHashOrder(results.keys(), (key) => key)) {
    const key = topicPartitionKey(topicPartition);
    const error = results.error(topicPartition);
    if (error === undefined) succeeded.push(key);
    else if (error instanceof KafkaError && error.code === "ELECTION_NOT_NEEDED") {
      unneeded.push(key);
    } else failed.push([key, error]);
  }
  if (options.has("json")) {
    const errors = Object.fromEntries(failed.map(([key, error]) => [key, exceptionText(error)]));
    output.print(JSON.stringify({ electionType: type, succeeded, unneeded, failed: errors }));
  } else {
    if (succeeded.length > 0) {
      output.print(
        `Successfully completed leader election (${type}) for partitions ${succeeded.join(", ")}`,
      );
    }
    if (unneeded.length > 0) {
      output.print(`Valid replica already elected for partitions ${unneeded.join(", ")}`);
    }
    for (const [key, error] of failed) {
      output.print(
        `Error completing leader election (${type}) for partition: ${key}: ${exceptionText(error)}`,
      );
    }
  }
  if (failed.length > 0) throw new ElectionFailures(failed.map(([, error]) => error));
}

/**
 * Runs the tool.
 *
 * @returns 0, or 1 after a failure or the usage text
 */
export function leaderElectionTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const options = new ToolOptions(args, LEADER_ELECTION_OPTIONS);
    options.answerHelp(
      "This tool attempts to elect a new leader for a set of topic partitions. The type of elections supported are " +
        "preferred replicas and unclean replicas.",
    );
    check(options);
    electionType(options);
    const partitions = partitionsOf(options, io);
    if (options.has("admin.config")) {
      output.print(
        "Option --admin.config has been deprecated and will be removed in a future version. Use --command-config instead.",
      );
    }
    await using admin = openAdmin(io, output, {
      server: options.value("bootstrap-server"),
      configFile: options.value("admin.config") ?? options.value("command-config"),
      defaults: {
        "default.api.timeout.ms": String(DEFAULT_TIMEOUT_MS),
        "request.timeout.ms": String(DEFAULT_TIMEOUT_MS / 2),
      },
    });
    await electLeaders(admin, options, partitions, output);
    return 0;
  }, (error, output) => {
    const lines = [exceptionMessage(error), stackText(error)];
    if (error instanceof ElectionFailures) {
      lines.push(...error.errors.map((each) => `\tSuppressed: ${exceptionText(each)}`));
    }
    output.printError(`${lines.join("\n")}\n`);
    return 1;
  });
}
