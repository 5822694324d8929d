/**
 * `seglog delete-records`: deletes the records of partitions up to an offset. Flags and output are those of `kafka-delete-records.sh`.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import type { Clock } from "../../storage/env.ts";
import { topicPartitionKey } from "../../storage/file/file_names.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { type Admin, openAdmin } from "./admin_session.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { readToolText } from "./command_config.ts";
import { DELETE_RECORDS_OPTIONS } from "./delete_records_options.ts";
import {
  commandFailed,
  exceptionMessage,
  exceptionText,
  operationFailed,
  stackText,
} from "./java_exception.ts";
import {
  arrayField,
  integerField,
  jsonObject,
  longField,
  optionalField,
  parseJson,
  stringField,
} from "./json_fields.ts";
import { adminLogLine } from "./log_line.ts";
import { ToolOptions } from "./tool_options.ts";

/**
 * Reads which records go: `{"partitions": [{"topic": "foo", "partition": 1, "offset": 1}], "version": 1}`.
 *
 * @throws {JavaException} in Kafka's words
 */
export function parseOffsetJson(text: string): TopicPartitionMap<number> {
  const json = jsonObject(parseJson(text));
  const version = optionalField(json, "version") === undefined ? 1 : integerField(json, "version");
  if (version !== 1) throw operationFailed(`Not supported version field value ${version}`);
  if (optionalField(json, "partitions") === undefined) {
    throw operationFailed("Missing partitions field");
  }
  const offsets = new TopicPartitionMap<number>();
  const twice = new TopicPartitionMap<true>();
  for (const item of arrayField(json, "partitions")) {
    const fields = jsonObject(item);
    const topicPartition = {
      topic: stringField(fields, "topic"),
      partition: integerField(fields, "partition"),
    };
    const offset = longField(fields, "offset");
    if (offsets.has(topicPartition)) twice.set(topicPartition, true);
    else offsets.set(topicPartition, offset);
  }
  if (twice.size > 0) {
    const names = [...twice].map(([topicPartition]) => topicPartitionKey(topicPartition));
    throw commandFailed(
      `Offset json file contains duplicate topic partitions: ${names.join(",")}`,
    );
  }
  return offsets;
}

/** What Kafka's client says of an error that it did not expect. */
function unexpected(clock: Clock, key: string, { code }: KafkaError): string {
  return adminLogLine(
    clock,
    `DeleteRecords request for topic partition ${key} failed due to an unexpected error ${code}`,
    "internals.DeleteRecordsHandler",
  );
}

async function deleteRecords(
  admin: Admin,
  offsets: TopicPartitionMap<number>,
  isJson: boolean,
  clock: Clock,
  output: LineOutput,
): Promise<void> {
  if (!isJson) output.print("Executing records delete operation");
  const results = await admin.deleteRecords(offsets);
  if (!isJson) output.print("Records delete operation completed:");
  const json: unknown[] = [];
  for (const topicPartition of results.keys()) {
    const key = topicPartitionKey(topicPartition);
    try {
      const { lowWatermark } = results.get(topicPartition);
      if (isJson) json.push({ ...topicPartition, lowWatermark });
      else output.print(`partition: ${key}\tlow_watermark: ${lowWatermark}`);
    } catch (error) {
      const text = exceptionText(error);
      if (error instanceof KafkaError && error.code !== "REQUEST_TIMED_OUT") {
        output.printError(unexpected(clock, key, error));
      }
      if (isJson) json.push({ ...topicPartition, error: text });
      else output.print(`partition: ${key}\terror: ${text}`);
    }
  }
  if (isJson) output.print(JSON.stringify(json));
}

/**
 * Runs the tool.
 *
 * @returns 0, also when partitions have failed; 1 after any other failure or the usage text
 */
export function deleteRecordsTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const options = new ToolOptions(args, DELETE_RECORDS_OPTIONS);
    options.answerHelp(
      "This tool helps to delete records of the given partitions down to the specified offset.",
    );
    options.require("bootstrap-server", "offset-json-file");
    await using admin = openAdmin(io, output, {
      server: options.value("bootstrap-server"),
      configFile: options.value("command-config"),
    });
    const offsets = parseOffsetJson(readToolText(io, options.value("offset-json-file")!));
    await deleteRecords(admin, offsets, options.has("json"), io.env.clock, output);
    return 0;
  }, (error, output) => {
    output.printError(`${exceptionMessage(error)}\n${stackText(error)}\n`);
    return 1;
  });
}
