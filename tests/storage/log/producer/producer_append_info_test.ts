import { assertEquals, AssertionError, assertStringIncludes, assertThrows } from "@std/assert";
import { CorruptRecordError, ProducerStateError } from "../../../../storage/errors.ts";
import type { AppendOrigin } from "../../../../storage/log/producer/append_origin.ts";
import { ProducerAppendInfo } from "../../../../storage/log/producer/producer_append_info.ts";
import { ProducerStateEntry } from "../../../../storage/log/producer/producer_state_entry.ts";
import { VerificationStateEntry } from "../../../../storage/log/producer/verification_state_entry.ts";
import {
  buildEndTransactionMarker,
  controlRecordKey,
} from "../../../../storage/record/control_record.ts";
import { RecordBatch } from "../../../../storage/record/record_batch.ts";
import { buildBatch, buildEmptyBatch } from "../../../../storage/record/record_batch_builder.ts";
import { CollectingLogger } from "../../../support/manual_env.ts";

const MAX = 2 ** 31 - 1;

/** A producer that writes one record after another, each in its own append. */
class Producer {
  readonly entry: ProducerStateEntry = ProducerStateEntry.empty(1);
  readonly logger = new CollectingLogger();
  #offset = 0;

  info(origin: AppendOrigin = "client", verification?: VerificationStateEntry): ProducerAppendInfo {
    return new ProducerAppendInfo("test-0", this.entry, origin, verification, this.logger);
  }

  append(epoch: number, firstSeq: number, options: {
    origin?: AppendOrigin;
    lastSeq?: number;
    transactional?: boolean;
    verification?: VerificationStateEntry;
  } = {}): void {
    const info = this.info(options.origin, options.verification);
    const lastSeq = options.lastSeq ?? firstSeq;
    const first = this.#offset;
    const last = first + lastSeq - firstSeq + (lastSeq < firstSeq ? MAX + 1 : 0);
    info.appendDataBatch(
      epoch,
      firstSeq,
      lastSeq,
      1000,
      first,
      last,
      options.transactional ?? false,
    );
    this.entry.update(info.toEntry());
    this.#offset = last + 1;
  }

  end(epoch: number, version: number, options: {
    origin?: AppendOrigin;
    coordinatorEpoch?: number;
  } = {}): boolean {
    const info = this.info(options.origin ?? "coordinator");
    const marker = { type: "COMMIT", coordinatorEpoch: options.coordinatorEpoch ?? 0 } as const;
    const completed = info.appendEndTxnMarker(marker, epoch, this.#offset++, 1000, version);
    this.entry.update(info.toEntry());
    return completed !== undefined;
  }
}

function refused(run: () => void, code: string, ...parts: string[]): void {
  const error = assertThrows(run, ProducerStateError);
  assertEquals(error.code, code);
  for (const part of parts) assertStringIncludes(error.message, part);
}

Deno.test("sequences follow one another; a gap or a repetition is out of order", () => {
  const producer = new Producer();
  producer.append(0, 0);
  producer.append(0, 1, { lastSeq: 3 });
  refused(
    () => producer.append(0, 3),
    "OUT_OF_ORDER_SEQUENCE_NUMBER",
    "Out of order sequence number for producer 1 at offset 4 in partition test-0: " +
      "3 (incoming seq. number), 3 (current end sequence number)",
  );
  refused(() => producer.append(0, 5), "OUT_OF_ORDER_SEQUENCE_NUMBER");
  producer.append(0, 4);
});

Deno.test("a new epoch starts at sequence 0 and fences the old one", () => {
  const producer = new Producer();
  producer.append(0, 0);
  refused(
    () => producer.append(1, 5),
    "OUT_OF_ORDER_SEQUENCE_NUMBER",
    "Invalid sequence number for new epoch of producer 1",
    "1 (request epoch), 5 (seq. number), 0 (current producer epoch)",
  );
  producer.append(1, 0);
  refused(
    () => producer.append(0, 1),
    "INVALID_PRODUCER_EPOCH",
    "Epoch of producer 1 at offset 2 in test-0 is 0, which is < the last seen epoch 1 (TV-1)",
  );
});

Deno.test("nothing known of a producer: any sequence will do", () => {
  const producer = new Producer();
  producer.append(5, 16);
  assertEquals([producer.entry.firstSeq, producer.entry.lastSeq], [16, 16]);
});

Deno.test("behind the largest sequence comes 0, and nothing else", () => {
  const producer = new Producer();
  producer.append(15, MAX, { origin: "replication" });
  refused(() => producer.append(15, 1), "OUT_OF_ORDER_SEQUENCE_NUMBER");
  producer.append(15, 0);
  assertEquals([producer.entry.firstSeq, producer.entry.lastSeq], [MAX, 0]);
});

Deno.test("a batch may reach across the wrap of the sequence", () => {
  const producer = new Producer();
  producer.append(15, MAX - 10, { lastSeq: 9, origin: "replication" });
  const { entry } = producer;
  assertEquals([entry.firstSeq, entry.lastSeq], [MAX - 10, 9]);
  assertEquals([entry.firstDataOffset, entry.lastDataOffset], [0, 20]);
  producer.append(15, 10);
});

Deno.test("what comes by replication is taken as it is, with a warning for an old epoch", () => {
  const producer = new Producer();
  producer.append(1, 0);
  producer.append(1, 3, { origin: "replication" });
  assertEquals(producer.entry.lastSeq, 3);
  producer.append(0, 7, { origin: "replication" });
  assertEquals(producer.logger.matching("which is < the last seen epoch", "warn").length, 1);
});

Deno.test("the coordinator's records have no sequences, only epochs", () => {
  const producer = new Producer();
  producer.append(0, -1, { origin: "coordinator", transactional: true });
  producer.append(0, -1, { origin: "coordinator", transactional: true });
  producer.append(1, -1, { origin: "coordinator", transactional: true });
  refused(
    () => producer.append(0, -1, { origin: "coordinator", transactional: true }),
    "INVALID_PRODUCER_EPOCH",
  );
});

Deno.test("a plain record inside of an open transaction is refused", () => {
  const producer = new Producer();
  producer.append(0, 0, { transactional: true });
  refused(
    () => producer.append(0, 1),
    "INVALID_TXN_STATE",
    "Expected transactional write from producer 1 at offset 1 in partition test-0",
  );
});

Deno.test("an append tells of its transaction, from the first record to the marker", () => {
  const producer = new Producer();
  producer.append(0, 0);
  const info = producer.info();
  info.appendDataBatch(0, 1, 5, 1000, 16, 20, true);
  info.appendDataBatch(0, 6, 10, 1000, 26, 30, true);
  assertEquals(info.startedTransactions, [{
    producerId: 1,
    firstOffset: 16,
    lastOffset: undefined,
  }]);
  assertEquals(info.toEntry().currentTxnFirstOffset, 16);
  const completed = info.appendEndTxnMarker(
    { type: "ABORT", coordinatorEpoch: 15 },
    0,
    40,
    2000,
    0,
  );
  assertEquals(completed, { producerId: 1, firstOffset: 16, lastOffset: 40, isAborted: true });
  const entry = info.toEntry();
  assertEquals([entry.firstSeq, entry.lastSeq, entry.currentTxnFirstOffset], [1, 10, undefined]);
  assertEquals([entry.coordinatorEpoch, entry.lastTimestamp], [15, 2000]);
});

Deno.test("a marker alone makes a producer known, fences, and wants sequence 0 next", () => {
  const producer = new Producer();
  assertEquals(producer.end(2, 0), false);
  assertEquals([producer.entry.producerEpoch, producer.entry.lastSeq], [2, -1]);
  refused(() => producer.append(0, 0), "INVALID_PRODUCER_EPOCH");
  refused(() => producer.append(2, 17), "OUT_OF_ORDER_SEQUENCE_NUMBER");
  producer.append(2, 0);
});

Deno.test("a marker with a newer epoch forgets the sequences", () => {
  const producer = new Producer();
  producer.append(0, 0, { transactional: true });
  producer.append(0, 1, { transactional: true });
  assertEquals(producer.end(1, 0), true);
  refused(() => producer.append(1, 2, { transactional: true }), "OUT_OF_ORDER_SEQUENCE_NUMBER");
  refused(() => producer.append(2, 2, { transactional: true }), "OUT_OF_ORDER_SEQUENCE_NUMBER");
  producer.append(1, 0, { transactional: true });
  assertEquals([producer.entry.producerEpoch, producer.entry.lastSeq], [1, 0]);
});

Deno.test("a marker of the old protocol has the producer's epoch or a newer one", () => {
  const producer = new Producer();
  producer.append(5, 0, { transactional: true });
  refused(() => producer.end(3, 0), "INVALID_PRODUCER_EPOCH", "(TV0)");
  assertEquals(producer.end(5, 0), true);
});

Deno.test("a marker of transactions version 2 has a newer epoch", () => {
  const producer = new Producer();
  producer.append(5, 0, { transactional: true });
  refused(() => producer.end(3, 2), "INVALID_PRODUCER_EPOCH");
  refused(() => producer.end(5, 2), "INVALID_PRODUCER_EPOCH", "which is <= the last seen epoch 5");
  assertEquals(producer.end(6, 2), true);
});

Deno.test("a marker of version 2 that comes twice does no harm", () => {
  const producer = new Producer();
  producer.append(0, 0, { transactional: true });
  producer.end(1, 2);
  assertEquals(producer.end(1, 2), false);
  assertEquals(producer.logger.matching("Idempotent transaction marker retry").length, 1);
});

Deno.test("a marker of version 2 ends a transaction in the last epoch there is", () => {
  const producer = new Producer();
  producer.append(0x7fff, 0, { transactional: true });
  assertEquals(producer.end(0x7fff, 2), true);
});

Deno.test("a marker of an older coordinator is fenced, but by replication", () => {
  for (const version of [0, 2]) {
    const producer = new Producer();
    const epoch = (n: number) => 5 + (version === 2 ? n : 0);
    producer.append(5, 0, { transactional: true });
    producer.end(epoch(1), version, { coordinatorEpoch: 1 });
    producer.end(epoch(2), version, { coordinatorEpoch: 1 });
    producer.end(epoch(3), version, { coordinatorEpoch: 2 });
    refused(
      () => producer.end(epoch(4), version, { coordinatorEpoch: 1 }),
      "TRANSACTION_COORDINATOR_FENCED",
      "1 (zombie), 2 (current)",
    );
    producer.end(epoch(4), version, { coordinatorEpoch: 1, origin: "replication" });
    assertEquals(producer.logger.matching("invalid coordinator epoch").length, 1);
  }
});

Deno.test("a marker needs a transaction version unless it comes by replication", () => {
  const producer = new Producer();
  producer.append(0, 0, { transactional: true });
  assertThrows(() => producer.end(0, -1), AssertionError);
  assertEquals(producer.end(0, -1, { origin: "replication" }), true);
});

Deno.test("with transactions version 2 a producer without state starts at sequence 0", () => {
  const verification = new VerificationStateEntry(0, 5, 0, true);
  const producer = new Producer();
  refused(
    () => producer.append(0, 5, { verification }),
    "OUT_OF_ORDER_SEQUENCE_NUMBER",
    "5 (incoming seq. number). Expected sequence 0 for transactions v2 idempotent producer with no existing state.",
  );
  producer.append(0, 0, { verification });
});

Deno.test("with transactions version 1 it may start anywhere", () => {
  const producer = new Producer();
  producer.append(0, 5, { verification: new VerificationStateEntry(0, 5, 0, false) });
});

Deno.test("batches are taken by their headers, markers by their record", () => {
  const info = new Producer().info("replication");
  const data = new RecordBatch(buildBatch(
    [{ value: new Uint8Array(3), timestamp: 7 }, { value: new Uint8Array(3), timestamp: 9 }],
    { baseOffset: 15, producerId: 1, producerEpoch: 2, baseSequence: 4, isTransactional: true },
  ));
  assertEquals(info.append(data), undefined);
  const entry = info.toEntry();
  assertEquals(
    [entry.producerEpoch, entry.firstSeq, entry.lastSeq, entry.lastDataOffset, entry.lastTimestamp],
    [2, 4, 5, 16, 9],
  );
  const marker = new RecordBatch(buildEndTransactionMarker({
    ...{ offset: 17, timestamp: 11, producerId: 1, producerEpoch: 2 },
    ...{ type: "ABORT" as const, coordinatorEpoch: 6 },
  }));
  assertEquals(info.append(marker), {
    ...{ producerId: 1, firstOffset: 15, lastOffset: 17, isAborted: true },
  });
  assertEquals([entry.coordinatorEpoch, entry.lastTimestamp], [6, 11]);
});

Deno.test("a control batch without its record changes nothing", () => {
  const info = new Producer().info();
  const batch = new RecordBatch(buildEmptyBatch({
    ...{ baseOffset: 15, lastOffset: 15, maxTimestamp: 1, timestampType: "CreateTime" },
    ...{ producerId: 1, producerEpoch: 3, baseSequence: -1, partitionLeaderEpoch: 0 },
    ...{ isTransactional: true, isControlBatch: true },
  }));
  assertEquals(info.append(batch), undefined);
  assertEquals(info.toEntry().producerEpoch, -1);
});

Deno.test("a control batch of another kind is no marker", () => {
  const batch = new RecordBatch(buildBatch(
    [{ key: controlRecordKey("SNAPSHOT_FOOTER"), value: new Uint8Array(6), timestamp: 1 }],
    { producerId: 1, producerEpoch: 0, isControlBatch: true },
  ));
  assertThrows(() => new Producer().info("replication").append(batch), CorruptRecordError);
});
