import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../../client/protocol/error_codes.ts";
import {
  NO_PARTITIONS,
  withPartitions,
} from "../../../../cluster/coordinator/transaction/transaction_partitions.ts";
import {
  type TransactionRecord,
  transactionSerde,
} from "../../../../cluster/coordinator/transaction/transaction_record.ts";
import { A0, B1, ID, metadataOf } from "../../../support/transactions.ts";

const { encodeKey, encodeValue, decode } = transactionSerde;

const hex = (bytes: Uint8Array | null) => bytes?.toHex();

function roundTrip(record: TransactionRecord): TransactionRecord | undefined {
  return decode(encodeKey(record), encodeValue(record));
}

const ending = metadataOf({
  state: "PrepareAbort",
  nextProducerId: 44,
  partitions: withPartitions(NO_PARTITIONS, [A0, B1, { topic: "a", partition: 3 }]),
  startTimestamp: 1_700_000_000_001,
});

Deno.test("a record is read as it was written, but for the epoch before", () => {
  const record = { transactionalId: ID, value: ending, valueVersion: 1 };
  assertEquals(roundTrip(record), record);
  const value = { ...ending, lastProducerEpoch: 4 };
  assertEquals(roundTrip({ ...record, value }), record);
});

Deno.test("version 0 has no ids of before and after, and no version of the client", () => {
  const value = { ...ending, previousProducerId: -1, nextProducerId: -1 };
  assertEquals(roundTrip({ transactionalId: ID, value: ending, valueVersion: 0 }), {
    transactionalId: ID,
    value: { ...value, clientTransactionVersion: 0 },
    valueVersion: 0,
  });
});

Deno.test("a tombstone forgets the id", () => {
  const record = { transactionalId: ID, value: null, valueVersion: 0 };
  assertEquals(encodeValue(record), null);
  assertEquals(roundTrip(record), record);
});

Deno.test("the bytes are Kafka's", () => {
  const record = { transactionalId: "t", value: metadataOf(), valueVersion: 0 };
  assertEquals(hex(encodeKey(record)), "0000" + "0001" + "74");
  assertEquals(
    hex(encodeValue(record)),
    "0000" + "0000000000000009" + "0005" + "0000ea60" + "00" + "ffffffff" +
      "0000018bcfe56800" + "ffffffffffffffff",
  );
  assertEquals(
    hex(encodeValue({ ...record, valueVersion: 1 })),
    "0001" + "0000000000000009" + "0005" + "0000ea60" + "00" + "00" +
      "0000018bcfe56800" + "ffffffffffffffff" + "02" + "0008" + "0000000000000009" + "02" + "02" +
      "0002",
  );
});

Deno.test("types and versions of later times are passed over", () => {
  const key = encodeKey({ transactionalId: ID, value: null, valueVersion: 0 });
  assertEquals(decode(new Uint8Array([0, 1, ...key.slice(2)]), null), undefined);
  assertEquals(decode(key, new Uint8Array([0, 2, 1, 2, 3])), undefined);
});

Deno.test("damaged records are refused", () => {
  const record = { transactionalId: ID, value: ending, valueVersion: 1 };
  const key = encodeKey(record);
  const value = encodeValue(record)!;
  for (let length = 0; length < value.length; length++) {
    assertThrows(() => decode(key, value.slice(0, length)), ProtocolError);
  }
  for (let length = 0; length < key.length; length++) {
    assertThrows(() => decode(key.slice(0, length), value), ProtocolError);
  }
  value[2 + 8 + 2 + 4] = 9;
  assertThrows(() => decode(key, value), ProtocolError, "Unknown transaction state id 9");
});
