import { assertEquals } from "@std/assert";
import { ProducerPerfStats } from "../../../client/cli/producer_perf_stats.ts";
import { ManualClock } from "../../support/manual_env.ts";

function statsOf(numRecords: number, isSteadyState = false) {
  const clock = new ManualClock();
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  const stats = new ProducerPerfStats({
    clock,
    numRecords,
    reportingInterval: 1000,
    isSteadyState,
    print,
  });
  return { clock, lines, stats };
}

Deno.test("the line at the end has rates and percentiles of all records", async () => {
  const { clock, lines, stats } = statsOf(1000);
  await clock.advance(800);
  for (let i = 0; i < 1000; i++) stats.record(i + 1, 100, clock.now());
  assertEquals(lines, []);
  assertEquals(
    stats.total(),
    "1000 records sent, 1250.000000 records/sec (0.12 MB/sec), 500.50 ms avg latency, 1000.00 ms max latency, " +
      "501 ms 50th, 951 ms 95th, 991 ms 99th, 1000 ms 99.9th.",
  );
});

Deno.test("a line is printed when an interval has passed, of its records alone", async () => {
  const { clock, lines, stats } = statsOf(100);
  await clock.advance(500);
  stats.record(7, 1024 * 1024, clock.now());
  await clock.advance(500);
  stats.record(2, 1024 * 1024, clock.now());
  await clock.advance(2000);
  stats.record(5, 1024, clock.now());
  assertEquals(lines, [
    "2 records sent, 2.0 records/sec (2.00 MB/sec), 4.5 ms avg latency, 7.0 ms max latency.",
    "1 records sent, 0.5 records/sec (0.00 MB/sec), 5.0 ms avg latency, 5.0 ms max latency.",
  ]);
});

Deno.test("the steady state is told of once; who is silent goes on counting", async () => {
  const { clock, lines, stats } = statsOf(100, true);
  await clock.advance(1000);
  stats.record(7, 10, clock.now());
  stats.isSilent = true;
  await clock.advance(1000);
  stats.record(7, 10, clock.now());
  assertEquals(lines, [
    "In steady state.",
    "1 records sent, 1.0 records/sec (0.00 MB/sec), 7.0 ms avg latency, 7.0 ms max latency.",
  ]);
  assertEquals(stats.total().split(",")[0], "2 steady state records sent");
});

Deno.test("without a record there is nothing to divide", () => {
  const { stats } = statsOf(10);
  assertEquals(
    stats.total(),
    "0 records sent, NaN records/sec (NaN MB/sec), NaN ms avg latency, 0.00 ms max latency, " +
      "0 ms 50th, 0 ms 95th, 0 ms 99th, 0 ms 99.9th.",
  );
});

Deno.test("of very many records latencies are sampled", async () => {
  const { clock, stats } = statsOf(1_000_000);
  await clock.advance(100);
  for (let i = 0; i < 1_000_000; i++) stats.record(i % 2 === 0 ? 3 : 9, 1, clock.now());
  assertEquals(stats.total().split(", ").slice(2), [
    "6.00 ms avg latency",
    "9.00 ms max latency",
    "3 ms 50th",
    "3 ms 95th",
    "3 ms 99th",
    "3 ms 99.9th.",
  ]);
});
