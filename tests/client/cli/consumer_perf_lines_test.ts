import { assertEquals } from "@std/assert";
import {
  consumerPerfHeader,
  intervalLine,
  totalLine,
} from "../../../client/cli/consumer_perf_lines.ts";

const MB = 1024 * 1024;
const date = (ms: number) => `<${ms}>`;

Deno.test("headers are those of Apache Kafka's tool", () => {
  const fields =
    "data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, " +
    "fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec";
  assertEquals(consumerPerfHeader(false), `start.time, end.time, ${fields}`);
  assertEquals(consumerPerfHeader(true), `time, threadId, ${fields}`);
});

Deno.test("the line at the end has rates with and without the time for partitions", () => {
  const consumed = { startMs: 1000, endMs: 3000, joinMs: 500, records: 3000, bytes: 3 * MB };
  assertEquals(
    totalLine(consumed, date),
    "<1000>, <3000>, 3.0000, 1.5000, 3000, 1500.0000, 500, 1500, 2.0000, 2000.0000",
  );
  const none = { startMs: 1, endMs: 1, joinMs: 0, records: 0, bytes: 0 };
  assertEquals(totalLine(none, date), "<1>, <1>, 0.0000, NaN, 0, NaN, 0, 0, NaN, NaN");
});

Deno.test("the line of an interval has totals, and rates of the interval", () => {
  const interval = { startMs: 1000, endMs: 3000, joinMs: 500, records: 3000, bytes: 3 * MB };
  assertEquals(
    intervalLine(interval, 10_000, 10 * MB, date),
    "<3000>, 0, 10.0000, 1.5000, 10000, 1500.0000, 500, 1500, 2.0000, 2000.0000",
  );
  assertEquals(
    intervalLine({ ...interval, joinMs: 2000 }, 10_000, 10 * MB, date),
    "<3000>, 0, 10.0000, 1.5000, 10000, 1500.0000, 2000, 0, 0.0000, 0.0000",
  );
});
