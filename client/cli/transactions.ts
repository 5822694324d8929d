/**
 * `seglog transactions`: lists and describes transactions, finds those that hang, and ends them. Flags and output are those of
 * `kafka-transactions.sh`.
 *
 * @module
 */

import type { ParsedArguments } from "../../storage/cli/argument_parser.ts";
import type { Clock } from "../../storage/env.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import type { AbortTransactionSpec } from "../admin/producers.ts";
import { type ErrorName, KafkaError } from "../protocol/error_codes.ts";
import { type Admin, openAdmin } from "./admin_session.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { findHangingTransactions } from "./hanging_transactions.ts";
import { stackText } from "./java_exception.ts";
import { adminLogLine } from "./log_line.ts";
import { printTable } from "./pretty_table.ts";
import { orUsage, toolArguments } from "./tool_arguments.ts";
import { failing, transactionsExit } from "./transactions_failure.ts";
import { TRANSACTIONS } from "./transactions_usage.ts";

/** Errors of one broker that are told without a line of their own. */
const EXPECTED: readonly ErrorName[] = ["COORDINATOR_NOT_AVAILABLE", "UNSUPPORTED_VERSION"];
const DEFAULT_TIMEOUT_MINUTES = 15;
const MS_PER_MINUTE = 60_000;

function integer(parsed: ParsedArguments, name: string): number | undefined {
  const text = parsed.value(name);
  return text === undefined ? undefined : Number(text);
}

function partitionOf(parsed: ParsedArguments): TopicPartition {
  return { topic: parsed.value("topic")!, partition: integer(parsed, "partition")! };
}

async function list(
  admin: Admin,
  parsed: ParsedArguments,
  clock: Clock,
  output: LineOutput,
): Promise<void> {
  const duration = integer(parsed, "duration-filter");
  const pattern = parsed.value("transactional-id-pattern");
  const all = await failing("Failed to list transactions", async () => {
    const results = await admin.listTransactions({
      ...(duration === undefined ? {} : { filteredDuration: duration }),
      ...(pattern === undefined ? {} : { filteredTransactionalIdPattern: pattern }),
    });
    for (const broker of results.keys()) {
      const error = results.error(broker);
      if (!(error instanceof KafkaError) || EXPECTED.includes(error.code)) continue;
      const text =
        `The \`ListTransactions\` request sent to broker ${broker} failed because of an unexpected error ${error.code}`;
      output.printError(adminLogLine(clock, text, "internals.ListTransactionsHandler"));
    }
    return [...results.all()];
  });
  const rows = all.flatMap(([coordinator, listings]) =>
    listings.map(({ transactionalId, producerId, state }) => [
      ...[transactionalId, coordinator, producerId, state],
    ])
  );
  const headers = ["TransactionalId", "Coordinator", "ProducerId", "TransactionState"];
  printTable(headers, rows, parsed.has("json"), output);
}

async function describe(
  admin: Admin,
  parsed: ParsedArguments,
  clock: Clock,
  output: LineOutput,
): Promise<void> {
  const id = parsed.value("transactional-id")!;
  const found = await failing(
    `Failed to describe transaction state of transactional-id \`${id}\``,
    async () => (await admin.describeTransactions([id])).get(id),
  );
  const start = found.transactionStartTimeMs;
  printTable(
    [
      ...["CoordinatorId", "TransactionalId", "ProducerId", "ProducerEpoch", "TransactionState"],
      ...["TransactionTimeoutMs", "CurrentTransactionStartTimeMs", "TransactionDurationMs"],
      "TopicPartitions",
    ],
    [[
      ...[found.coordinatorId, id, found.producerId, found.producerEpoch, found.state],
      found.transactionTimeoutMs,
      start ?? null,
      start === undefined ? null : clock.now() - start,
      found.topicPartitions,
    ]],
    parsed.has("json"),
    output,
  );
}

async function describeProducers(
  admin: Admin,
  parsed: ParsedArguments,
  output: LineOutput,
): Promise<void> {
  const topicPartition = partitionOf(parsed);
  const brokerId = integer(parsed, "broker-id");
  const where = brokerId === undefined ? "leader" : `broker ${brokerId}`;
  const { activeProducers } = await failing(
    `Failed to describe producers for partition ${topicPartitionKey(topicPartition)} on ${where}`,
    async () => {
      const options = brokerId === undefined ? {} : { brokerId };
      return (await admin.describeProducers([topicPartition], options)).get(topicPartition);
    },
  );
  printTable(
    [
      ...["ProducerId", "ProducerEpoch", "LatestCoordinatorEpoch", "LastSequence"],
      ...["LastTimestamp", "CurrentTransactionStartOffset"],
    ],
    activeProducers.map((producer) => [
      ...[producer.producerId, producer.producerEpoch, producer.coordinatorEpoch ?? -1],
      ...[producer.lastSequence, producer.lastTimestamp],
      producer.currentTransactionStartOffset ?? null,
    ]),
    parsed.has("json"),
    output,
  );
}

async function abortSpec(admin: Admin, parsed: ParsedArguments): Promise<AbortTransactionSpec> {
  const topicPartition = partitionOf(parsed);
  const startOffset = integer(parsed, "start-offset");
  const producerId = integer(parsed, "producer-id");
  if (startOffset === undefined) {
    if (producerId === undefined) {
      throw transactionsExit(
        "The transaction to abort must be identified either with --start-offset (for brokers on 3.0 or above) or with " +
          "--producer-id, --producer-epoch, and --coordinator-epoch (for older brokers)",
      );
    }
    const required = (name: string): number => {
      const value = integer(parsed, name);
      if (value !== undefined) return value;
      throw transactionsExit(`Missing required argument --${name}`);
    };
    const producerEpoch = required("producer-epoch");
    // A transaction that hangs since before its first end has no coordinator's epoch.
    const coordinatorEpoch = Math.max(0, required("coordinator-epoch"));
    return { topicPartition, producerId, producerEpoch, coordinatorEpoch };
  }
  const key = topicPartitionKey(topicPartition);
  const { activeProducers } = await failing(
    `Failed to validate producer state for partition ${key}`,
    async () => (await admin.describeProducers([topicPartition])).get(topicPartition),
  );
  const found = activeProducers.find(({ currentTransactionStartOffset }) =>
    currentTransactionStartOffset === startOffset
  );
  if (found === undefined) {
    throw transactionsExit(
      `Could not find any open transactions starting at offset ${startOffset} on partition ${key}`,
    );
  }
  const { producerEpoch, coordinatorEpoch = 0 } = found;
  return { topicPartition, producerId: found.producerId, producerEpoch, coordinatorEpoch };
}

async function abort(admin: Admin, parsed: ParsedArguments): Promise<void> {
  const spec = await abortSpec(admin, parsed);
  const { topicPartition, producerId, producerEpoch, coordinatorEpoch } = spec;
  await failing(
    "Failed to abort transaction AbortTransactionSpec(" +
      `topicPartition=${topicPartitionKey(topicPartition)}, producerId=${producerId}, ` +
      `producerEpoch=${producerEpoch}, coordinatorEpoch=${coordinatorEpoch})`,
    () => admin.abortTransaction(spec),
  );
}

async function findHanging(
  admin: Admin,
  parsed: ParsedArguments,
  now: number,
  output: LineOutput,
): Promise<void> {
  const [topic, brokerId] = [parsed.value("topic"), integer(parsed, "broker-id")];
  const partition = integer(parsed, "partition");
  if (topic === undefined && brokerId === undefined) {
    throw transactionsExit(
      "The `find-hanging` command requires either --topic or --broker-id to limit the scope of the search",
    );
  }
  if (partition !== undefined && topic === undefined) {
    throw transactionsExit("The --partition argument requires --topic to be provided");
  }
  const minutes = integer(parsed, "max-transaction-timeout") ?? DEFAULT_TIMEOUT_MINUTES;
  const search = { brokerId, topic, partition, maxTransactionTimeoutMs: minutes * MS_PER_MINUTE };
  const hanging = await findHangingTransactions(admin, search, now, failing);
  printTable(
    [
      ...["Topic", "Partition", "ProducerId", "ProducerEpoch", "CoordinatorEpoch", "StartOffset"],
      ...["LastTimestamp", "Duration(min)"],
    ],
    hanging.map(({ topicPartition, producer }) => [
      ...[topicPartition.topic, topicPartition.partition, producer.producerId],
      ...[producer.producerEpoch, producer.coordinatorEpoch ?? -1],
      ...[producer.currentTransactionStartOffset ?? -1, producer.lastTimestamp],
      Math.trunc((now - producer.lastTimestamp) / MS_PER_MINUTE),
    ]),
    parsed.has("json"),
    output,
  );
}

async function forceTerminate(admin: Admin, parsed: ParsedArguments): Promise<void> {
  const id = parsed.value("transactionalId")!;
  await failing(
    `Failed to force terminate transactionalId \`${id}\``,
    () => admin.forceTerminateTransaction(id),
  );
}

async function execute(
  admin: Admin,
  parsed: ParsedArguments,
  clock: Clock,
  output: LineOutput,
): Promise<void> {
  switch (parsed.command) {
    case "list":
      return await list(admin, parsed, clock, output);
    case "describe":
      return await describe(admin, parsed, clock, output);
    case "describe-producers":
      return await describeProducers(admin, parsed, output);
    case "abort":
      return await abort(admin, parsed);
    case "find-hanging":
      return await findHanging(admin, parsed, clock.now(), output);
  }
  await forceTerminate(admin, parsed);
}

/**
 * Runs the tool.
 *
 * @returns 0, or 1 after a failure, help or the usage text
 */
export function transactionsTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const parsed = orUsage(() => toolArguments(io, TRANSACTIONS, args, 1));
    await using admin = openAdmin(io, output, {
      server: parsed.value("bootstrap-server"),
      configFile: parsed.value("command-config"),
    });
    await execute(admin, parsed, io.env.clock, output);
    return 0;
  }, (error, output) => {
    output.printError(`Exception in thread "main" ${stackText(error)}`);
    return 1;
  });
}
