/**
 * `seglog console-producer`: writes what comes in on standard input to a topic. Flags and output are those of `kafka-console-producer.sh`.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import { type LineOutput, StopRequest, UncaughtFailure } from "../../storage/cli/tool.ts";
import { withDeadline } from "../network/deadline.ts";
import type { Producer } from "../producer/producer.ts";
import type { ProducerRecord } from "../producer/producer_record.ts";
import type { SendCallback } from "../producer/record_ack.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import {
  consoleProducerConfigs,
  consoleProducerOptions,
  LINE_MESSAGE_READER,
  readerProperties,
} from "./console_producer_options.ts";
import { inputLines } from "./input_lines.ts";
import { executionException, JavaException, stackText } from "./java_exception.ts";
import { LineMessageReader } from "./line_message_reader.ts";
import { logLine } from "./log_line.ts";
import { closeStopped, openProducer } from "./producer_session.ts";
import type { ToolOptions } from "./tool_options.ts";

type BytesProducer = Producer<Uint8Array, Uint8Array>;
type BytesRecord = ProducerRecord<Uint8Array, Uint8Array>;

const PROMPT = new TextEncoder().encode(">");

function messageReader(options: ToolOptions, io: ClientToolIo): LineMessageReader {
  const className = options.value("line-reader")!;
  if (className !== LINE_MESSAGE_READER) {
    throw new JavaException("java.lang.ClassNotFoundException", className);
  }
  return new LineMessageReader(readerProperties(options, io));
}

/** Tells of a record that is not written, as Kafka's `ErrorLoggingCallback` does. */
function tellsFailure(
  { topic, key, value }: BytesRecord,
  clock: Clock,
  output: LineOutput,
): SendCallback {
  // The bytes themselves are not kept until the answer comes.
  const [keySize, valueSize] = [key, value].map((bytes) => bytes?.length);
  const sizeText = (size: number | undefined) => size === undefined ? "null" : `${size} bytes`;
  return (_metadata, error) => {
    if (error === null) return;
    const text = `Error when sending message to topic ${topic} with key: ${sizeText(keySize)}, ` +
      `value: ${sizeText(valueSize)} with error:`;
    const logger = "org.apache.kafka.clients.producer.internals.ErrorLoggingCallback";
    output.printError(`${logLine(clock, "ERROR", text, logger)}\n${stackText(error)}`);
  };
}

/** Sends a record and waits until it is written. */
async function sendAndWait(producer: BytesProducer, record: BytesRecord): Promise<void> {
  try {
    await producer.send(record);
  } catch (error) {
    throw executionException(error);
  }
}

/** Sends all lines. */
async function sendLines(
  producer: BytesProducer,
  reader: LineMessageReader,
  isSync: boolean,
  io: ClientToolIo,
  output: LineOutput,
  stop: AbortSignal | undefined,
): Promise<void> {
  const { clock } = io.env;
  const prompt = () => {
    if (io.isTerminal === true) io.stdoutBytes?.(PROMPT);
  };
  output.flush();
  prompt();
  for await (const lines of inputLines(io.stdin?.() ?? [])) {
    for (const line of lines) {
      if (stop?.aborted === true) return;
      const record = reader.read(line);
      if (isSync) await sendAndWait(producer, record);
      else if (!producer.send(record, tellsFailure(record, clock, output))) await producer.ready();
      prompt();
    }
  }
}

/**
 * Runs the tool.
 *
 * @returns 0, also when records could not be written that nobody has waited for; 1 after any other failure or the usage text
 */
export function consoleProducerTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const options = consoleProducerOptions(args, output);
    const reader = messageReader(options, io);
    const producer = openProducer(io, output, consoleProducerConfigs(options, io));
    const stop = io.stopSignal?.();
    try {
      const sent = sendLines(producer, reader, options.has("sync"), io, output, stop);
      await withDeadline(sent, stop);
      return 0;
    } catch (error) {
      if (error instanceof StopRequest) return error.status;
      output.printError(stackText(error));
      return 1;
    } finally {
      // What was sent before is written all the same.
      await (stop?.aborted === true ? closeStopped(producer) : producer.close());
    }
  }, (error, output) => {
    const isOption = error instanceof UncaughtFailure && error.className.startsWith("joptsimple.");
    output.printError(isOption ? `${error.detail}` : stackText(error));
    return 1;
  });
}
