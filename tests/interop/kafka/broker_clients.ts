/**
 * What tests ask of a running broker.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { java, javaWithInput, kafka } from "./apache_kafka.ts";

/** Small segments and many index entries. */
export const SMALL_SEGMENTS: Readonly<Record<string, string>> = {
  "internal.segment.bytes": "12000",
  "index.interval.bytes": "500",
};

/** Makes a topic. */
export async function createTopic(
  bootstrap: string,
  topic: string,
  partitions: number,
  configs: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { code, stderr } = await kafka(
    "topics",
    ...["--bootstrap-server", bootstrap, "--create", "--topic", topic],
    ...["--partitions", String(partitions)],
    ...Object.entries(configs).flatMap(([key, value]) => ["--config", `${key}=${value}`]),
  );
  assertEquals(code, 0, stderr);
}

/** A record to be produced. */
export interface TextRecord {
  readonly topic: string;
  readonly partition: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
}

/** Has the Java producer send records. Returns their offsets. */
export async function produce(
  bootstrap: string,
  compressionType: string,
  records: readonly TextRecord[],
): Promise<number[]> {
  const lines = records.map(({ topic, partition, timestamp, key, value }) =>
    [topic, partition, timestamp, key, value].map(String).join("\t")
  );
  return (await javaWithInput(lines, "Produce", bootstrap, compressionType)).map(Number);
}

/** Reads topics with the Java consumer: `offset timestamp key value` of each record and `end offset`, by partition. */
export async function consume(
  bootstrap: string,
  isolation: "read_committed" | "read_uncommitted",
  ...topics: string[]
): Promise<Map<string, string[]>> {
  const byPartition = new Map<string, string[]>();
  for (const line of await java("Consume", bootstrap, isolation, ...topics)) {
    const at = line.indexOf(" ");
    const partition = line.slice(0, at);
    const lines = byPartition.get(partition) ?? [];
    lines.push(line.slice(at + 1));
    byPartition.set(partition, lines);
  }
  return byPartition;
}
