import { assertEquals } from "@std/assert";
import { CorruptRecordError } from "../../../../storage/errors.ts";
import { type RecordScan, scanRecords } from "../../../../storage/log/append/record_scan.ts";
import { RecordBatch } from "../../../../storage/record/record_batch.ts";
import { buildBatch, type NewRecord } from "../../../../storage/record/record_batch_builder.ts";
import { SeededRandom } from "../../../support/manual_env.ts";

const NOW = 1_700_000_000_000;

function scanOf(bytes: Uint8Array, count: number, options: Partial<RecordScan> = {}): RecordScan {
  return {
    bytes,
    start: 61,
    end: bytes.length,
    count,
    baseTimestamp: new RecordBatch(bytes).baseTimestamp,
    minTimestamp: -Infinity,
    maxAllowedTimestamp: Infinity,
    needsKeys: false,
    maxTimestamp: -1,
    indexOfMaxTimestamp: -1,
    ...options,
  };
}

/** Whether the scan passes; what it cannot read counts as not passing. */
function passes(scan: RecordScan): boolean {
  try {
    return scanRecords(scan);
  } catch (error) {
    if (error instanceof CorruptRecordError) return false;
    throw error;
  }
}

function randomRecord(random: SeededRandom): NewRecord {
  const content = () => random.chance(0.2) ? null : random.bytes(random.below(300));
  return {
    key: content(),
    value: random.chance(0.1) ? random.bytes(20_000) : content(),
    timestamp: random.chance(0.1) ? -1 : NOW + random.below(1 << random.below(30)),
    headers: Array.from({ length: random.below(4) }, (_, i) => ({
      key: `header ${i}`,
      value: content(),
    })),
  };
}

/** The slow way to the same answer. */
function walk(bytes: Uint8Array): { times: number[]; deltas: number[]; keys: boolean[] } {
  const cursor = new RecordBatch(bytes).cursor();
  const found = { times: [] as number[], deltas: [] as number[], keys: [] as boolean[] };
  while (cursor.advance()) {
    found.times.push(cursor.timestamp);
    found.deltas.push(cursor.offsetDelta);
    found.keys.push(cursor.keySize >= 0);
  }
  return found;
}

Deno.test("the scan of any good batch passes and finds the first largest timestamp", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = new SeededRandom(seed);
    const list = Array.from({ length: 1 + random.below(90) }, () => randomRecord(random));
    const bytes = buildBatch(list);
    const scan = scanOf(bytes, list.length);
    assertEquals(scanRecords(scan), true, `seed ${seed}`);
    const times = list.map((record) => record.timestamp!);
    const max = Math.max(...times);
    assertEquals(
      [scan.maxTimestamp, scan.indexOfMaxTimestamp],
      [max, max < 0 ? -1 : times.indexOf(max)],
      `seed ${seed}`,
    );
  }
});

Deno.test("numbers may take one byte, two, or more, in any field", () => {
  const sizes = [null, 0, 1, 63, 64, 8191, 8192, 20_000];
  const content = (size: number | null) => size === null ? null : new Uint8Array(size);
  const times = [0, -1, 63, 64, -64, -65, 8191, 8192, -8192, -8193, 2 ** 31, -(2 ** 31), 2 ** 40];
  const records = sizes.flatMap((size, i) =>
    times.flatMap((time, k) => [
      { key: content(size), value: content(sizes[(i + k) % 8]!), timestamp: NOW + time },
      {
        value: content(i),
        timestamp: NOW - time,
        headers: [{ key: "h".repeat(size ?? 7), value: content(sizes[k % 8]!) }],
      },
    ])
  );
  for (let first = 0; first < 26; first++) {
    // Each record comes early and late, where its offset takes one byte, and two.
    const list = [...records.slice(first), ...records.slice(0, first)];
    const times = list.map((record) => record.timestamp);
    const bytes = buildBatch(list);
    const scan = scanOf(bytes, list.length, {
      minTimestamp: Math.min(...times),
      maxAllowedTimestamp: Math.max(...times),
    });
    assertEquals(scanRecords(scan), true);
    assertEquals(scan.indexOfMaxTimestamp, times.indexOf(Math.max(...times)));
    assertEquals(scan.maxTimestamp, Math.max(...times));
    scan.minTimestamp++;
    assertEquals(scanRecords(scan), false);
    scan.minTimestamp--;
    scan.maxAllowedTimestamp--;
    assertEquals(scanRecords(scan), false);
  }
});

Deno.test("the ends of what two bytes can tell, and what is beyond the base timestamp", () => {
  for (const delta of [-8193, -8192, -8191, 8190, 8191, 8192]) {
    const bytes = buildBatch([{ timestamp: NOW + delta }], { deleteHorizonMs: NOW });
    for (const [min, max] of [[-1, -1], [-1, 0], [0, 0], [0, 1], [1, 1]] as const) {
      const scan = scanOf(bytes, 1, {
        minTimestamp: NOW + delta + min,
        maxAllowedTimestamp: NOW + delta + max,
      });
      assertEquals(passes(scan), min <= 0 && max >= 0, `delta ${delta}, ${min} to ${max}`);
      if (passes(scan)) assertEquals(scan.maxTimestamp, NOW + delta);
    }
    const unlimited = scanOf(bytes, 1);
    assertEquals([passes(unlimited), unlimited.maxTimestamp], [true, NOW + delta]);
    assertEquals(unlimited.indexOfMaxTimestamp, 0);
  }
});

Deno.test("a timestamp beyond the safe integers does not pass", () => {
  const far = Number.MAX_SAFE_INTEGER;
  for (const delta of [1, 5000, 10_000]) {
    const bytes = buildBatch([{ timestamp: NOW }, { timestamp: NOW + delta }]);
    assertEquals(passes(scanOf(bytes, 2, { baseTimestamp: far })), false);
    assertEquals(passes(scanOf(bytes, 2, { baseTimestamp: far - 20_000 })), true);
    assertEquals(passes(scanOf(bytes, 2, { baseTimestamp: far - 9000 })), delta < 9000);
    assertEquals(passes(scanOf(bytes, 2, { baseTimestamp: NaN })), false);
  }
});

Deno.test("many headers", () => {
  for (const count of [1, 2, 62, 63, 64, 65, 200]) {
    const headers = Array.from({ length: count }, (_, i) => ({ key: `${i}`, value: null }));
    const bytes = buildBatch([{ headers, timestamp: NOW }, { timestamp: NOW }]);
    assertEquals(scanRecords(scanOf(bytes, 2)), true, `${count} headers`);
  }
});

Deno.test("a timestamp out of range does not pass, none at all does", () => {
  const at = (timestamp: number) => {
    const bytes = buildBatch([{ timestamp: NOW }, { timestamp }]);
    return passes(scanOf(bytes, 2, { minTimestamp: NOW - 10, maxAllowedTimestamp: NOW + 10 }));
  };
  assertEquals([-11, -10, 10, 11].map((delta) => at(NOW + delta)), [false, true, true, false]);
  assertEquals([-100_000, 100_000].map((delta) => at(NOW + delta)), [false, false]);
  assertEquals(at(-1), true);
});

Deno.test("a missing key passes unless keys are needed; an empty one is a key", () => {
  const scan = (key: Uint8Array | null, needsKeys: boolean) =>
    passes(scanOf(buildBatch([{ key, timestamp: NOW }]), 1, { needsKeys }));
  assertEquals([scan(null, false), scan(null, true), scan(new Uint8Array(0), true)], [
    ...[true, false, true],
  ]);
});

Deno.test("gaps between offsets and a wrong count do not pass", () => {
  const gap = buildBatch([{ timestamp: NOW }, { timestamp: NOW, offset: 2 }]);
  const good = buildBatch([{ timestamp: NOW }, { timestamp: NOW }]);
  assertEquals([scanOf(gap, 2), scanOf(good, 1), scanOf(good, 3)].map(passes), [
    ...[false, false, false],
  ]);
});

Deno.test("damaged records pass only if the slow way finds them well-formed too", () => {
  for (let seed = 1; seed <= 20_000; seed++) {
    const random = new SeededRandom(seed);
    const list = Array.from({ length: 1 + random.below(4) }, () => ({
      key: random.chance(0.5) ? random.bytes(random.below(5)) : null,
      value: random.bytes(random.below(140)),
      timestamp: NOW + random.below(200),
      headers: random.chance(0.5) ? [{ key: "h", value: random.bytes(2) }] : [],
    }));
    const bytes = buildBatch(list);
    for (let i = random.below(3); i >= 0; i--) {
      bytes[61 + random.below(bytes.length - 61)] = random.below(256);
    }
    const scan = scanOf(bytes, list.length);
    const passed = passes(scan);
    let slow: ReturnType<typeof walk> | undefined;
    try {
      slow = walk(bytes);
    } catch {
      slow = undefined;
    }
    const expected = slow !== undefined && slow.deltas.every((delta, i) => delta === i);
    assertEquals(passed, expected, `seed ${seed}`);
    if (passed) assertEquals(scan.maxTimestamp, Math.max(-1, ...slow!.times), `seed ${seed}`);
  }
});
