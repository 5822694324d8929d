/**
 * A tool's producer.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import { InvalidConfigError } from "../../storage/errors.ts";
import { Producer } from "../producer/producer.ts";
import type { ClientToolIo } from "./client_tool.ts";
import type { ClientConfigs } from "./command_config.ts";
import { kafkaException } from "./java_exception.ts";
import { toolLogger } from "./log_line.ts";

/**
 * Makes the producer of a tool.
 *
 * @throws {InvalidConfigError} for configs that are wrong
 * @throws {JavaException} `KafkaException` for servers that are wrong
 */
export function openProducer<K = Uint8Array, V = Uint8Array>(
  io: ClientToolIo,
  output: LineOutput,
  configs: ClientConfigs,
): Producer<K, V> {
  const { clock, random } = io.env;
  try {
    return new Producer<K, V>({
      ...configs,
      env: { clock, random, logger: toolLogger(clock, output, { kind: "Producer" }) },
      ...(io.transport === undefined ? {} : { transport: io.transport }),
    });
  } catch (cause) {
    if (!(cause instanceof InvalidConfigError) || !/\bbootstrap\./.test(cause.message)) throw cause;
    throw kafkaException("Failed to construct kafka producer", { cause });
  }
}

/**
 * Closes the producer of a tool that writes to one topic and is told to stop. What is in batches is still written; when there is nothing but records
 * for a topic that nobody knows yet, they are given up, as with Java's producer, whose `send` waits for the topic.
 */
export async function closeStopped(
  producer: Pick<Producer, "close" | "metrics">,
): Promise<void> {
  const metrics = producer.metrics();
  const isEmpty = metrics["buffer-available-bytes"] === metrics["buffer-total-bytes"];
  const isWaiting = isEmpty && metrics["waiting-threads"] > 0;
  await producer.close(isWaiting ? { timeoutMs: 0 } : {});
}
