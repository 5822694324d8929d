import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  findDeletableSegments,
  type RetentionConfig,
  type RetentionInput,
  type RetentionSegment,
} from "../../../storage/log/retention.ts";

const NOW = 1_700_000_000_000;

function segment(
  baseOffset: number,
  options: { size?: number; timestamp?: number; lastModified?: number } = {},
): RetentionSegment {
  const maxTimestampSoFar = options.timestamp ?? -1;
  const lastModified = options.lastModified ?? NOW;
  return {
    baseOffset,
    size: options.size ?? 100,
    maxTimestampSoFar,
    lastModified,
    largestTimestamp: maxTimestampSoFar >= 0 ? maxTimestampSoFar : lastModified,
  };
}

function decide(
  segments: readonly RetentionSegment[],
  config: Partial<RetentionConfig> = {},
  rest: Partial<RetentionInput> = {},
) {
  const logEndOffset = rest.logEndOffset ?? segments.at(-1)!.baseOffset + 10;
  return findDeletableSegments({
    segments,
    config: { delete: true, retentionMs: -1, retentionSize: -1, ...config },
    now: NOW,
    logStartOffset: 0,
    logEndOffset,
    highWatermark: logEndOffset,
    ...rest,
  });
}

const bases = (decision: ReturnType<typeof decide>) =>
  decision.deletions.map(({ baseOffset, reason }) => [baseOffset, reason]);

const aged = (...ages: number[]) => ages.map((age, i) => segment(i * 10, { timestamp: NOW - age }));

Deno.test("segments older than retention.ms go, the boundary itself stays", () => {
  const decision = decide(aged(5002, 5001, 5000, 10), { retentionMs: 5000 });
  assertEquals(bases(decision), [[0, "time"], [10, "time"]]);
  assertEquals(decision.includesActive, false);
  assertEquals(
    decision.deletions[0]!.message,
    `Deleting segment LogSegment(baseOffset=0, size=100, lastModifiedTime=${NOW}, largestRecordTimestamp=${
      NOW - 5002
    }) due to log retention time 5000ms breach based on the largest record timestamp in the segment`,
  );
});

Deno.test("retention stops at the first segment that must stay", () => {
  assertEquals(bases(decide(aged(9000, 10, 9000, 9000), { retentionMs: 5000 })), [[0, "time"]]);
});

Deno.test("without record timestamps a segment goes by its file's time", () => {
  const old = segment(0, { lastModified: NOW - 9000 });
  const decision = decide([old, segment(10)], { retentionMs: 5000 });
  assertEquals(bases(decision), [[0, "time"]]);
  assertStringIncludes(decision.deletions[0]!.message, "last modified time of the segment");
});

Deno.test("an active segment that has expired goes too, and says so", () => {
  const decision = decide(aged(9000, 9000), { retentionMs: 5000 });
  assertEquals(bases(decision), [[0, "time"], [10, "time"]]);
  assertEquals(decision.includesActive, true);
});

Deno.test("an empty active segment stays, however old", () => {
  const empty = segment(10, { size: 0, lastModified: NOW - 9000 });
  const decision = decide([...aged(9000), empty], { retentionMs: 5000 }, { logEndOffset: 10 });
  assertEquals([bases(decision), decision.includesActive], [[[0, "time"]], false]);
});

Deno.test("nothing at or above the high watermark goes", () => {
  const segments = aged(9000, 9000, 9000);
  const at = (highWatermark: number) =>
    decide(segments, { retentionMs: 5000 }, { highWatermark }).deletions.length;
  assertEquals([0, 9, 10, 19, 20, 29, 30].map(at), [0, 0, 1, 1, 2, 2, 3]);
});

Deno.test("segments over retention.bytes go whole: never so many that less than it is left", () => {
  const segments = [0, 10, 20, 30].map((base) => segment(base));
  const left = (retentionSize: number) => bases(decide(segments, { retentionSize })).length;
  assertEquals([-1, 401, 400, 301, 300, 299, 200, 1, 0].map(left), [0, 0, 0, 0, 1, 1, 2, 3, 4]);
  const { deletions } = decide(segments, { retentionSize: 250 });
  assertEquals(deletions.map((each) => each.reason), ["size"]);
  assertStringIncludes(
    deletions[0]!.message,
    "due to log retention size 250 breach. Log size after deletion will be 300.",
  );
});

Deno.test("segments wholly below the log start offset go, whatever the policy", () => {
  const segments = [0, 10, 20].map((base) => segment(base));
  const config = { delete: false, retentionMs: 0, retentionSize: 0 };
  const at = (logStartOffset: number) => decide(segments, config, { logStartOffset });
  assertEquals([0, 9, 10, 15, 20, 29].map((offset) => at(offset).deletions.length), [
    ...[0, 0, 1, 1, 2, 2],
  ]);
  assertEquals(at(10).deletions[0]!.reason, "log start offset");
  assertStringIncludes(at(10).deletions[0]!.message, "due to log start offset 10 breach");
});

Deno.test("each reason works on what the ones before it have left", () => {
  const segments = [
    segment(0, { timestamp: NOW }),
    segment(10, { timestamp: NOW }),
    segment(20, { timestamp: NOW - 9000 }),
    segment(30, { timestamp: NOW }),
    segment(40, { timestamp: NOW }),
  ];
  const decision = decide(segments, { retentionSize: 300, retentionMs: 5000 }, {
    logStartOffset: 10,
  });
  assertEquals(bases(decision), [[0, "log start offset"], [10, "size"], [20, "time"]]);
});

Deno.test("without cleanup.policy=delete neither time nor size counts", () => {
  const decision = decide(aged(9000, 9000), { delete: false, retentionMs: 1, retentionSize: 1 });
  assertEquals(decision.deletions, []);
});

Deno.test("a record from the future keeps its segment and those behind it, with a warning that names both", () => {
  const segments = [
    segment(0, { timestamp: NOW + 60_000, lastModified: NOW - 9000 }),
    ...aged(0, 9000).slice(1),
  ];
  const decision = decide(segments, { retentionMs: 5000 });
  assertEquals(decision.deletions, []);
  const [warning] = decision.warnings;
  assertEquals(
    [warning!.baseOffset, warning!.timestamp, warning!.usedFileTime, decision.warnings.length],
    [0, NOW + 60_000, false, 1],
  );
  assertStringIncludes(
    warning!.message,
    "contains future timestamp(s), making it ineligible to be deleted",
  );
});

Deno.test("with the opt-in a segment with a record from the future goes by its file's time", () => {
  const old = segment(0, { timestamp: NOW + 60_000, lastModified: NOW - 9000 });
  const young = segment(0, { timestamp: NOW + 60_000, lastModified: NOW - 10 });
  const config = { retentionMs: 5000, futureTimestampUsesFileTime: true };
  const decision = decide([old, ...aged(0, 10).slice(1)], config);
  assertEquals(bases(decision), [[0, "time"]]);
  assertStringIncludes(decision.deletions[0]!.message, "last modified time of the segment");
  assertEquals(decision.warnings[0]!.usedFileTime, true);
  assertEquals(decide([young, ...aged(0, 10).slice(1)], config).deletions, []);
});

Deno.test("segments behind the first that stays are not even looked at", () => {
  const untouchable: RetentionSegment = {
    baseOffset: 10,
    size: 100,
    get largestTimestamp(): number {
      throw new Error("looked at");
    },
    get maxTimestampSoFar(): number {
      throw new Error("looked at");
    },
    lastModified: NOW,
  };
  const decision = decide([...aged(10), untouchable], { retentionMs: 5000 });
  assertEquals(decision.deletions, []);
});
