import { assert, assertEquals } from "@std/assert";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { buildEndTransactionMarker } from "../../../storage/record/control_record.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import { kafkaDirectory, openText, text, values } from "../../support/embedded_log.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("reading goes on over many segments and batches larger than a fetch", () => {
  using log = openText("/log", {
    fileSystem: new MemoryFileSystem(),
    internalSegmentBytes: 1_000_000,
    maxMessageBytes: 900_000,
  });
  const expected: string[] = [];
  for (let i = 0; i < 12; i++) {
    const value = `${i}`.repeat(i % 3 === 0 ? 400_000 : 10);
    expected.push(value);
    log.append([{ value }]);
  }
  assert(log.partitionLog.segments.numberOfSegments > 1);
  assertEquals(values(log), expected);
});

Deno.test("aborted and open transactions are seen by uncommitted readers alone", () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem() });
  const partition = log.partitionLog;
  const transactional = (producerId: number, sequence: number, value: string) =>
    partition.appendAsLeader(
      buildBatch([{ value: text(value), timestamp: Date.now() }], {
        producerId,
        producerEpoch: 0,
        baseSequence: sequence,
        isTransactional: true,
      }),
      0,
    );
  const marker = (producerId: number, type: "COMMIT" | "ABORT") =>
    partition.appendAsLeader(
      buildEndTransactionMarker({
        timestamp: Date.now(),
        producerId,
        producerEpoch: 0,
        type,
        coordinatorEpoch: 0,
      }),
      0,
      { origin: "coordinator", transactionVersion: 1 },
    );
  transactional(1, 0, "aborted");
  transactional(2, 0, "committed");
  log.append([{ value: "plain" }]);
  marker(1, "ABORT");
  transactional(1, 1, "after the abort");
  marker(2, "COMMIT");
  marker(1, "COMMIT");
  transactional(3, 0, "open");
  log.append([{ value: "behind the open one" }]);
  assertEquals(values(log), ["committed", "plain", "after the abort"]);
  assertEquals([...log.read({ isolation: "uncommitted" })].map((r) => r.value), [
    "aborted",
    "committed",
    "plain",
    "after the abort",
    "open",
    "behind the open one",
  ]);
});

Deno.test("the transactions that Kafka wrote are read as its consumer reads them", async () => {
  const env = manualEnv();
  await kafkaDirectory(env);
  using log = openText("/kafka/txn-0", { env });
  const aborted = new Set<number>();
  const dump = await Deno.readTextFile(
    new URL("../../fixtures/expected/broker/txn-0/00000000000000000000.log.txt", import.meta.url),
  );
  assert(dump.includes("endTxnMarker: ABORT"));
  const committed = [...log.read()].map((record) => record.offset);
  const all = [...log.read({ isolation: "uncommitted" })].map((record) => record.offset);
  for (const offset of all) if (!committed.includes(offset)) aborted.add(offset);
  assert(aborted.size > 0 && committed.length > aborted.size);
  for (const txn of log.partitionLog.collectAbortedTransactions(0, log.logEndOffset)) {
    assert([...aborted].some((offset) => offset >= txn.firstOffset && offset < txn.lastOffset));
  }
  for (const offset of aborted) {
    assert(
      log.partitionLog.collectAbortedTransactions(offset, offset + 1).length > 0,
      String(offset),
    );
  }
});
