import { assert, assertEquals, assertMatch } from "@std/assert";
import { mismatch, type SentRecord, sizedRecord } from "../../../client/cli/e2e_latency_record.ts";
import { ConsumerRecord } from "../../../client/consumer/consumer_record.ts";
import { ConsumerRecords } from "../../../client/consumer/consumer_records.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { manualEnv } from "../../support/manual_env.ts";

const text = (bytes: Uint8Array | null) => new TextDecoder().decode(bytes!);
const bytes = (text: string) => new TextEncoder().encode(text);

const SIZES = { key: 3, value: 5, headers: 2, headerKey: 4, headerValue: 2 };

/** What a consumer would return for records. */
function returned(...sent: readonly SentRecord[]): ConsumerRecords {
  const records = sent.map(({ key, value, headers }) => {
    const [record] = new RecordBatch(buildBatch([{ timestamp: 1, key, value, headers }])).records();
    const polled = new ConsumerRecord("t", 0, 0, 1, "CreateTime", 0, 0, 0, key, value, key, 0, 0);
    return Object.defineProperty(polled, "headers", { value: record!.headers });
  });
  return new ConsumerRecords(new TopicPartitionMap([[{ topic: "t", partition: 0 }, records]]));
}

Deno.test("records have the sizes that are asked for, of one letter each", () => {
  const { random } = manualEnv();
  const { key, value, headers } = sizedRecord(random, SIZES);
  assertMatch(text(key), /^([A-Z])\1{2}$/);
  assertMatch(text(value), /^([A-Z])\1{4}$/);
  assertEquals(headers.length, 2);
  for (const header of headers) {
    assertMatch(header.key, /^([A-Z])\1{3}$/);
    assertMatch(text(header.value), /^([A-Z])\1$/);
  }
  const bare = sizedRecord(random, { ...SIZES, key: 0, value: 0, headerValue: -1 });
  assertEquals([bare.key.length, bare.value.length, bare.headers[0]!.value], [0, 0, null]);
});

Deno.test("what comes back is held against what was sent", () => {
  const sent: SentRecord = {
    key: bytes("k"),
    value: bytes("v"),
    headers: [{ key: "a", value: bytes("é") }, { key: "b", value: null }],
  };
  const told = (...records: readonly SentRecord[]) => mismatch(sent, returned(...records), 7);
  assertEquals(told(sent), undefined);
  assertEquals(told(), "poll() timed out before finding a result (timeout:[7ms])");
  assertEquals(told(sent, sent), "Only one result was expected during this test. We found [2]");
  assertEquals(
    told({ ...sent, value: bytes("w") }),
    "The message value read [w] did not match the message value sent [v]",
  );
  assertEquals(
    told({ ...sent, key: bytes("l") }),
    "The message key read [l] did not match the message key sent [k]",
  );
  assertEquals(told({ ...sent, headers: [] }), "Expected message headers but received none");
  assertEquals(
    told({ ...sent, headers: sent.headers.slice(0, 1) }),
    "Header count mismatch between sent and received messages",
  );
  assertEquals(
    told({ ...sent, headers: sent.headers.toReversed() }),
    "The message header read [b:null] did not match the message header sent [a:[-61, -87]]",
  );
  assert(told({ ...sent, headers: [{ key: "c", value: null }] })!.includes("[c:null]"));
});
