/**
 * `seglog console-consumer`: prints the records of topics. Flags and output are those of `kafka-console-consumer.sh`.
 *
 * @module
 */

import { wholeRegExp } from "../../storage/bytes/java_pattern.ts";
import { type LineOutput, StopRequest } from "../../storage/cli/tool.ts";
import { TopicPartitionSet } from "../../storage/file/topic_partition_map.ts";
import type { Consumer } from "../consumer/consumer.ts";
import { ConsumerRecords } from "../consumer/consumer_records.ts";
import { ByteOutput } from "./byte_output.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { type ConsoleConsumerOptions, consoleConsumerOptions } from "./console_consumer_options.ts";
import { openConsumer } from "./consumer_session.ts";
import { illegalArgument, JavaException, stackText } from "./java_exception.ts";
import { javaSyntax } from "./java_syntax.ts";
import { logLine } from "./log_line.ts";

const NEW_PROTOCOL =
  "The consumer rebalance protocol (KIP-848) is production-ready! Set group.protocol=consumer to try it out. " +
  "See https://kafka.apache.org/documentation/#consumer_rebalance_protocol";

/** Who says that there is another protocol. */
function tellOfProtocol(
  { partition, configs }: ConsoleConsumerOptions,
  output: LineOutput,
): void {
  const protocol = configs["group.protocol"] ?? "classic";
  if (partition === undefined && protocol.toLowerCase() === "classic") {
    output.printError(NEW_PROTOCOL);
  }
}

/** Begins to read what is asked for. */
function begin(consumer: Consumer, { options, partition, offset }: ConsoleConsumerOptions): void {
  const topic = options.value("topic");
  try {
    if (topic === undefined) {
      const include = options.value("include")!;
      return consumer.subscribe(javaSyntax(() => wholeRegExp(include), include));
    }
    if (partition === undefined) return consumer.subscribe([topic]);
    const topicPartition = { topic, partition };
    consumer.assign([topicPartition]);
    if (offset === "earliest") consumer.seekToBeginning([topicPartition]);
    else if (offset === "latest") consumer.seekToEnd([topicPartition]);
    else consumer.seek(topicPartition, offset);
  } catch (error) {
    throw error instanceof TypeError ? illegalArgument(error.message) : error;
  }
}

/** Prints records; knows how many, and which of those that came were not asked for any more. */
class Reading {
  /** How many records were looked at. */
  count = 0;
  readonly #consumer: Consumer;
  readonly #request: ConsoleConsumerOptions;
  readonly #io: ClientToolIo;
  readonly #output: LineOutput;
  readonly #bytes: ByteOutput;
  #records = new ConsumerRecords();
  #used = 0;

  constructor(
    consumer: Consumer,
    request: ConsoleConsumerOptions,
    io: ClientToolIo,
    output: LineOutput,
  ) {
    this.#consumer = consumer;
    this.#request = request;
    this.#io = io;
    this.#output = output;
    this.#bytes = new ByteOutput(io);
  }

  /**
   * Prints records until there are enough, until none come any more, or until nobody reads them.
   *
   * @throws {StopRequest} when the process is told to stop
   * @throws what a formatter says of a record, unless such records are skipped
   */
  async run(stop: AbortSignal | undefined): Promise<void> {
    const most = this.#request.options.integer("max-messages") ?? -1;
    while (most === -1 || this.count < most) {
      try {
        await this.#receive(stop);
      } catch (error) {
        if (error instanceof StopRequest) throw error;
        return this.#tell("Error processing message, terminating consumer process: ", error);
      }
      try {
        this.#print(most);
      } finally {
        this.#bytes.flush();
      }
      if (!this.#bytes.isRead) {
        this.#output.printError("Unable to write to standard out, closing consumer.");
        return;
      }
    }
  }

  /** Goes back to the first record of each partition that was not printed, so that it is not committed. */
  giveBack(): void {
    const seen = new TopicPartitionSet();
    let at = 0;
    for (const record of this.#records) {
      if (at++ < this.#used || seen.has(record)) continue;
      seen.add({ topic: record.topic, partition: record.partition });
      this.#consumer.seek(record, record.offset);
    }
  }

  async #receive(stop: AbortSignal | undefined): Promise<void> {
    const { clock } = this.#io.env;
    const { timeoutMs } = this.#request;
    const begun = clock.monotonic();
    this.#records = new ConsumerRecords();
    this.#used = 0;
    const options = stop === undefined ? {} : { signal: stop };
    for (;;) {
      const records = await this.#consumer.poll(timeoutMs, options);
      if (!records.isEmpty) {
        this.#records = records;
        return;
      }
      if (clock.monotonic() - begun >= timeoutMs) {
        throw new JavaException("org.apache.kafka.common.errors.TimeoutException");
      }
    }
  }

  #print(most: number): void {
    const { formatter, options } = this.#request;
    for (const record of this.#records) {
      this.#used++;
      this.count++;
      try {
        formatter.write(record, this.#bytes);
      } catch (error) {
        if (!options.has("skip-message-on-error")) throw error;
        this.#bytes.flush();
        this.#tell("Error processing message, skipping this message: ", error);
      }
      if (this.count === most || !this.#bytes.isRead) return;
    }
  }

  #tell(text: string, error: unknown): void {
    tellError(text, error, this.#io, this.#output);
  }
}

function tellError(
  text: string,
  error: unknown,
  { env: { clock } }: ClientToolIo,
  output: LineOutput,
): void {
  const logger = "org.apache.kafka.tools.consumer.ConsoleConsumer";
  output.printError(`${logLine(clock, "ERROR", text, logger)}\n${stackText(error)}`);
}

/** Reads and prints what is asked for. */
async function consume(
  request: ConsoleConsumerOptions,
  io: ClientToolIo,
  output: LineOutput,
  stop: AbortSignal | undefined,
): Promise<void> {
  await using consumer = openConsumer(io, output, request.configs);
  tellOfProtocol(request, output);
  begin(consumer, request);
  const reading = new Reading(consumer, request, io, output);
  try {
    await reading.run(stop);
  } finally {
    reading.giveBack();
    await consumer.close();
    output.printError(`Processed a total of ${reading.count} messages`);
    if (request.options.has("enable-systest-events")) output.print("shutdown_complete");
  }
}

/**
 * Runs the tool.
 *
 * @returns 0, also when no records came any more; 1 after any other failure or the usage text
 */
export function consoleConsumerTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const request = consoleConsumerOptions(args, io, output);
    output.flush();
    try {
      await consume(request, io, output, io.stopSignal?.());
      return 0;
    } catch (error) {
      if (error instanceof StopRequest) return error.status;
      tellError("Unknown error when running consumer: ", error, io, output);
      return 1;
    }
  }, (error, output) => {
    output.printError(`Exception in thread "main" ${stackText(error)}`);
    return 1;
  });
}
