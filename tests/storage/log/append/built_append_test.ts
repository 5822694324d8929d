import { assert, assertEquals, assertThrows } from "@std/assert";
import { StorageError } from "../../../../storage/errors.ts";
import type { PartitionLog } from "../../../../storage/log/partition_log.ts";
import {
  RecordBatchBuilder,
  type RecordBatchOptions,
} from "../../../../storage/record/record_batch_builder.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { bytesOf, contentOf, openLog } from "../../../support/partition_log.ts";
import { pseudoRandom } from "../../../support/pseudo_random.ts";

function builderOf(...values: string[]): RecordBatchBuilder {
  const builder = new RecordBatchBuilder();
  for (const value of values) builder.append(1_700_000_000_000, null, bytesOf(value));
  return builder;
}

/** What an append answers, or how it refuses. */
function outcome(append: () => unknown): unknown {
  try {
    return append();
  } catch (error) {
    assert(error instanceof StorageError, String(error));
    return { name: error.name, code: error.code, message: error.message };
  }
}

function bytesIn(log: PartitionLog): Uint8Array {
  return log.read(0, { maxBytes: 1 << 20, isolation: "log_end" }).bytes();
}

Deno.test("the records of a builder get the next offsets and the leader's epoch", () => {
  const log = openLog(manualEnv());
  const builder = builderOf("a", "b");
  assertEquals(log.appendBuilt(builder, 4).lastOffset, 1);
  builder.reset();
  builder.append(1, null, bytesOf("c"));
  const info = log.appendBuilt(builder, 4);
  assertEquals([info.firstOffset, info.lastOffset, info.maxTimestamp], [2, 2, 1]);
  assertEquals(contentOf(log), ["0=a", "1=b", "2=c"]);
  assertEquals(log.leaderEpochCache.latestEntry, { epoch: 4, startOffset: 0 });
});

Deno.test("a builder without records appends nothing", () => {
  const log = openLog(manualEnv());
  assertEquals(log.appendBuilt(new RecordBatchBuilder(), 0).validBytes, 0);
  assertEquals(log.logEndOffset, 0);
});

Deno.test("what the topic does not take is refused with the reason", () => {
  const log = openLog(manualEnv(), { "cleanup.policy": "compact" });
  const error = assertThrows(() => log.appendBuilt(builderOf("a"), 0), StorageError);
  assertEquals(error.code, "INVALID_RECORD");
  assertEquals(log.logEndOffset, 0);
});

Deno.test("whatever a builder holds, the log ends as if its batch had come from a client", () => {
  const next = pseudoRandom(11);
  const pick = (below: number) => Math.floor(next() * below);
  const one = <T>(...of: T[]): T => of[pick(of.length)]!;
  let refused = 0;
  for (let round = 0; round < 600; round++) {
    const now = 1_700_000_000_000;
    const configs = {
      "compression.type": one("producer", "producer", "gzip", "lz4", "uncompressed"),
      "cleanup.policy": one("delete", "delete", "compact"),
      "message.timestamp.type": one("CreateTime", "CreateTime", "CreateTime", "LogAppendTime"),
      "message.timestamp.after.max.ms": one("3600000", "0"),
      "message.timestamp.before.max.ms": one("9223372036854775807", "1000"),
      "max.message.bytes": one("1000012", "1000012", "200"),
    };
    const options: RecordBatchOptions = {
      compression: { type: one("none", "none", "none", "gzip", "lz4") },
      ...(pick(8) === 0 ? { baseOffset: 3 } : {}),
      ...(pick(8) === 0 ? { producerId: 9, producerEpoch: 0, baseSequence: 0 } : {}),
      ...(pick(12) === 0 ? { timestampType: "LogAppendTime", logAppendTime: now } : {}),
    };
    const build = (): RecordBatchBuilder => new RecordBatchBuilder(options);
    const [mine, theirs] = [build(), build()];
    for (let i = 1 + pick(5); i > 0; i--) {
      const timestamp = one(now, now, now - pick(2000), now + pick(2000), -1);
      const key = pick(5) === 0 ? null : bytesOf(`k${pick(9)}`);
      const value = bytesOf("v".repeat(pick(60)));
      const offset = mine.nextOffset + (pick(15) === 0 ? 2 : 0);
      for (const builder of [mine, theirs]) {
        builder.appendWithOffset(offset, timestamp, key, value);
      }
    }
    const epoch = one(0, 5, -1);
    const [first, second] = [
      openLog(manualEnv({ now }), configs),
      openLog(manualEnv({ now }), configs),
    ];
    const expected = outcome(() => second.appendAsLeader(theirs.build().slice(), epoch));
    const found = outcome(() => first.appendBuilt(mine, epoch));
    assertEquals(found, expected, `round ${round}`);
    assertEquals(bytesIn(first), bytesIn(second), `round ${round}`);
    if ((found as { code?: string }).code !== undefined) refused++;
  }
  assert(refused > 50 && refused < 550, String(refused));
});
