/**
 * What `seglog producer-perf-test` is asked for.
 *
 * @module
 */

import { argumentFailure, type ParsedArguments } from "../../storage/cli/argument_parser.ts";
import { absolutePath } from "../../storage/cli/java_text.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import { randomUuid } from "../../storage/bytes/uuid.ts";
import { readSmallFile } from "../../storage/file/text_file.ts";
import { type ClientToolIo, ToolExit } from "./client_tool.ts";
import { type ClientConfigs, readToolProperties } from "./command_config.ts";
import { illegalArgument } from "./java_exception.ts";
import {
  listedPayload,
  monotonicPayload,
  type Payload,
  randomPayload,
  splitPayloads,
} from "./producer_perf_payload.ts";
import { PRODUCER_PERF_TEST } from "./producer_perf_usage.ts";
import { orUsage, toolArguments } from "./tool_arguments.ts";

const DEFAULT_TRANSACTION_MS = 3000;

/** What the tool does. */
export interface ProducerPerfOptions {
  /** Where records go. */
  readonly topic: string;
  /** How many are sent. */
  readonly numRecords: number;
  /** How many of them do not count for the steady state. */
  readonly warmupRecords: number;
  /** Records a second; less than 0 for as many as there are. */
  readonly throughput: number;
  /** How often it tells how it goes, ms. */
  readonly reportingInterval: number;
  /** Whether metrics are printed. */
  readonly printsMetrics: boolean;
  /** How long a transaction is, ms; `undefined` without transactions. */
  readonly transactionDurationMs: number | undefined;
  /** Configs of the producer. */
  readonly configs: ClientConfigs;
  /** What records are made of. */
  readonly payload: Payload;
}

/**
 * Parses a command line.
 *
 * @throws {ToolExit} for help, and for what does not go together
 * @throws {JavaException} for files and properties that are wrong
 */
export function producerPerfOptions(
  args: readonly string[],
  io: ClientToolIo,
  output: LineOutput,
): ProducerPerfOptions {
  const { usage, help } = PRODUCER_PERF_TEST;
  if (args.length === 0) throw new ToolExit(0, { stdout: `${usage}\n\n${help}` });
  const parsed = orUsage(() => {
    const parsed = toolArguments(io, PRODUCER_PERF_TEST, args, 1);
    const problem = problemOf(parsed);
    if (problem !== undefined) throw argumentFailure(PRODUCER_PERF_TEST, problem);
    return parsed;
  });
  const payload = payloadOf(parsed, io, output);
  const properties = propertiesOf(parsed, io, output);
  const transactionDurationMs = parsed.value("transaction-duration-ms");
  const transactionalId = parsed.value("transactional-id") ?? properties["transactional.id"] ??
    (transactionDurationMs === undefined
      ? undefined
      : `performance-producer-${randomUuid(io.env.random)}`);
  const throughput = parsed.value("throughput")!;
  return {
    topic: parsed.value("topic")!,
    numRecords: Number(parsed.value("num-records")),
    warmupRecords: Math.max(0, Number(parsed.value("warmup-records") ?? 0)),
    throughput: Number(throughput.trim().replace(/(?<=[\d.])[fd]$/i, "")),
    reportingInterval: Number(parsed.value("reporting-interval") ?? 5000),
    printsMetrics: parsed.has("print-metrics"),
    transactionDurationMs: transactionalId === undefined
      ? undefined
      : Number(transactionDurationMs ?? DEFAULT_TRANSACTION_MS),
    configs: transactionalId === undefined
      ? properties
      : { ...properties, "transactional.id": transactionalId },
    payload,
  };
}

/** What does not go together. */
function problemOf(parsed: ParsedArguments): string | undefined {
  const isBelow = (name: string, least: number) => Number(parsed.value(name) ?? least) < least;
  if (isBelow("num-records", 1)) return "--num-records should be greater than zero.";
  if (Number(parsed.value("warmup-records") ?? 0) >= Number(parsed.value("num-records"))) {
    return "The value for --warmup-records must be strictly fewer than the number of records in the test, --num-records.";
  }
  if (isBelow("record-size", 1)) return "--record-size should be greater than zero.";
  const sources = [
    "bootstrap-server",
    "command-property",
    "producer-props",
    "producer.config",
    "command-config",
  ];
  if (!sources.some((name) => parsed.has(name))) {
    return "At least one of --bootstrap-server, --command-property, --producer-props, --producer.config or --command-config must be specified.";
  }
  if (parsed.has("command-property") && parsed.has("producer-props")) {
    return "--command-property and --producer-props cannot be specified together.";
  }
  if (parsed.has("command-config") && parsed.has("producer.config")) {
    return "--command-config and --producer.config cannot be specified together.";
  }
  if (isBelow("transaction-duration-ms", 1)) {
    return "--transaction-duration-ms should be greater than zero.";
  }
  if (isBelow("reporting-interval", 1)) return "--reporting-interval should be greater than zero.";
  return undefined;
}

function payloadOf(parsed: ParsedArguments, io: ClientToolIo, output: LineOutput): Payload {
  const { random, fileSystem } = io.env;
  const size = parsed.value("record-size");
  if (size !== undefined) return randomPayload(random, Number(size));
  const path = parsed.value("payload-file");
  if (path === undefined) return monotonicPayload();
  const place = absolutePath(path, io.workingDirectory ?? "/");
  output.print(`Reading payloads from: ${place}`);
  const bytes = readSmallFile(fileSystem, place);
  if (bytes === undefined || bytes.length === 0) {
    throw illegalArgument("File does not exist or empty file provided.");
  }
  const delimiter = parsed.value("payload-delimiter") ?? "\\n";
  const payloads = splitPayloads(
    new TextDecoder().decode(bytes),
    delimiter === "\\n" ? "\n" : delimiter,
  );
  output.print(`Number of records read: ${payloads.length}`);
  return listedPayload(random, payloads);
}

function propertiesOf(
  parsed: ParsedArguments,
  io: ClientToolIo,
  output: LineOutput,
): ClientConfigs {
  const deprecated = (name: string, instead: string) => {
    if (!parsed.has(name)) return instead;
    output.print(
      `Option --${name} has been deprecated and will be removed in a future version. Use --${instead} instead.`,
    );
    return name;
  };
  const properties = parsed.values(deprecated("producer-props", "command-property"));
  const file = parsed.value(deprecated("producer.config", "command-config"));
  const configs: ClientConfigs = {
    "client.id": "perf-producer-client",
    ...(file === undefined ? {} : Object.fromEntries(readToolProperties(io, file))),
  };
  for (const property of properties) {
    const [name, value, ...more] = property.replace(/=+$/, "").split("=");
    if (value === undefined || more.length > 0) {
      throw illegalArgument(`Invalid property: ${property}`);
    }
    configs[name!] = value;
  }
  const server = parsed.value("bootstrap-server");
  if (server !== undefined) configs["bootstrap.servers"] = server;
  const serializer = "org.apache.kafka.common.serialization.ByteArraySerializer";
  return { ...configs, "key.serializer": serializer, "value.serializer": serializer };
}
