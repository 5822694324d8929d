/**
 * `seglog log-dirs`: what is in the log directories of brokers. Flags and output are those of `kafka-log-dirs.sh`.
 *
 * @module
 */

import { topicPartitionKey } from "../../storage/file/file_names.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import type { LogDirDescription } from "../admin/log_dirs.ts";
import { openAdmin } from "./admin_session.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import {
  exceptionMessage,
  executionException,
  JavaException,
  stackText,
  terse,
  thrown,
} from "./java_exception.ts";
import { LOG_DIRS_OPTIONS } from "./log_dirs_options.ts";
import { inHashOrder } from "./partition_order.ts";
import { ToolOptions } from "./tool_options.ts";

function items(text: string): string[] {
  return [...new Set(text.split(",").filter((item) => item !== ""))];
}

function brokerId(text: string): number {
  const id = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (Math.abs(id) <= 2 ** 31) return id;
  throw new JavaException("java.lang.NumberFormatException", `For input string: "${text}"`);
}

/** The directories of brokers as one line of JSON, with the fields in Kafka's order. */
export function logDirsJson(
  brokers: Iterable<readonly [number, ReadonlyMap<string, LogDirDescription>]>,
  topics: ReadonlySet<string>,
): string {
  return JSON.stringify({
    brokers: Array.from(brokers, ([broker, logDirs]) => ({
      broker,
      logDirs: Array.from(logDirs, ([logDir, { error, replicaInfos }]) => ({
        partitions: inHashOrder(replicaInfos, ([topicPartition]) => topicPartition)
          .filter(([{ topic }]) => topics.size === 0 || topics.has(topic))
          .map(([topicPartition, { size, offsetLag, isFuture }]) => ({
            partition: topicPartitionKey(topicPartition),
            size,
            offsetLag,
            isFuture,
          })),
        error: error === null ? null : thrown(error).className,
        logDir,
      })),
    })),
    version: 1,
  });
}

/**
 * Runs the tool.
 *
 * @returns 0, or 1 after a failure or the usage text
 */
export function logDirsTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const options = new ToolOptions(args, LOG_DIRS_OPTIONS);
    options.answerHelp("This tool helps to query log directory usage on the specified brokers.");
    options.require("bootstrap-server", "describe");
    await using admin = openAdmin(io, output, {
      server: options.value("bootstrap-server"),
      configFile: options.value("command-config"),
      defaults: { "client.id": "log-dirs-tool" },
    });
    const topics = new Set(items(options.value("topic-list")!));
    try {
      const existing = (await admin.describeCluster()).nodes.map(({ id }) => id);
      const wanted = items(options.value("broker-list")!).map(brokerId);
      const missing = wanted.filter((id) => !existing.includes(id));
      if (missing.length > 0) {
        throw terse(
          `ERROR: The given brokers do not exist from --broker-list: ${missing.join(",")}. ` +
            `Current existent brokers: ${existing.join(",")}`,
        );
      }
      const asked = wanted.length === 0 ? existing : wanted;
      const tell = options.has("json") ? () => {} : (line: string) => output.print(line);
      tell("Querying brokers for log directories information");
      const described = (await admin.describeLogDirs(asked)).all();
      tell(`Received log directory information from brokers ${asked.join(",")}`);
      output.print(logDirsJson(described, topics));
    } catch (error) {
      throw error instanceof KafkaError ? executionException(error) : error;
    }
    return 0;
  }, (error, output) => {
    output.printError(exceptionMessage(error));
    const isTerse = thrown(error).className.endsWith(".TerseException");
    if (!isTerse) output.printError(`${stackText(error)}\n`);
    return 1;
  });
}
