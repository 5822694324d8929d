import { assertEquals, assertRejects } from "@std/assert";
import { JsonEvents } from "../../../client/cli/json_events.ts";
import { commit, receive } from "../../../client/cli/verifiable_consumer_records.ts";
import type { ConsumerRecord } from "../../../client/consumer/consumer_record.ts";
import { ConsumerRecords } from "../../../client/consumer/consumer_records.ts";
import type { OffsetAndMetadata } from "../../../client/consumer/offset_and_metadata.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { LineOutput } from "../../../storage/cli/tool.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { ManualClock, manualEnv } from "../../support/manual_env.ts";

function telling() {
  const printed: string[] = [];
  const io = {
    env: manualEnv(),
    stdout: (text: string) => void printed.push(...text.split("\n")),
    stderr: () => {},
  };
  const output = new LineOutput(io);
  const told = () => {
    output.flush();
    return printed.splice(0).map((line) => line.replace('{"timestamp":1,"name":', ""));
  };
  return { events: new JsonEvents(new ManualClock(1), output), told };
}

/** Records of partitions, by their offsets. */
function polled(...offsets: readonly (readonly number[])[]): ConsumerRecords<string, string> {
  return new ConsumerRecords(
    new TopicPartitionMap(offsets.map((offsets, partition) => [
      { topic: "t", partition },
      offsets.map((offset) =>
        ({ topic: "t", partition, offset, key: null, value: `${offset}` }) as ConsumerRecord<
          string,
          string
        >
      ),
    ])),
  );
}

const offsetsOf = (offsets: TopicPartitionMap<OffsetAndMetadata>) =>
  [...offsets].map(([{ partition }, { offset }]) => [partition, offset]);

Deno.test("records are told of by partition, as many as still count", () => {
  const { events, told } = telling();
  const records = polled([5, 6, 8], [], [1, 2], [0]);
  const all = receive(records, Infinity, false, events);
  assertEquals([all.taken, offsetsOf(all.offsets)], [6, [[0, 9], [2, 3], [3, 1]]]);
  assertEquals(told(), [
    '"records_consumed","count":6,"partitions":[' +
    '{"topic":"t","partition":0,"count":3,"minOffset":5,"maxOffset":8},' +
    '{"topic":"t","partition":2,"count":2,"minOffset":1,"maxOffset":2},' +
    '{"topic":"t","partition":3,"count":1,"minOffset":0,"maxOffset":0}]}',
  ]);
  const some = receive(records, 4, true, events);
  assertEquals([some.taken, offsetsOf(some.offsets)], [4, [[0, 9], [2, 2]]]);
  const record = '"record_data","key":null';
  assertEquals(told(), [
    `${record},"value":"5","topic":"t","partition":0,"offset":5}`,
    `${record},"value":"6","topic":"t","partition":0,"offset":6}`,
    `${record},"value":"8","topic":"t","partition":0,"offset":8}`,
    `${record},"value":"1","topic":"t","partition":2,"offset":1}`,
    '"records_consumed","count":6,"partitions":[' +
    '{"topic":"t","partition":0,"count":3,"minOffset":5,"maxOffset":8},' +
    '{"topic":"t","partition":2,"count":1,"minOffset":1,"maxOffset":1}]}',
  ]);
});

Deno.test("a commit is told of, also when it fails, but for one of a member that is another's by now", async () => {
  const { events, told } = telling();
  const offsets = new TopicPartitionMap([[{ topic: "t", partition: 1 }, { offset: 7 }]]);
  const committing = (error?: KafkaError) =>
    commit(
      { commitSync: () => error === undefined ? Promise.resolve() : Promise.reject(error) },
      offsets,
      events,
    );
  const committed = '"offsets_committed","offsets":[{"topic":"t","partition":1,"offset":7}]';
  await committing();
  assertEquals(told(), [`${committed},"success":true}`]);
  await committing(new KafkaError("REQUEST_TIMED_OUT", "too late"));
  assertEquals(told(), [`${committed},"error":"too late","success":false}`]);
  await assertRejects(() => committing(new KafkaError("FENCED_INSTANCE_ID")), KafkaError);
  assertEquals(told(), []);
});
