import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { CorruptRecordError, InvalidRecordError } from "../../../../storage/errors.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { batchOf, batchOfSize, openLog } from "../../../support/partition_log.ts";

function errorOf(action: () => unknown): InvalidRecordError {
  try {
    action();
  } catch (error) {
    assertInstanceOf(error, InvalidRecordError);
    return error;
  }
  throw new Error("nothing was thrown");
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

Deno.test("a batch larger than max.message.bytes is refused and leaves no trace", () => {
  const log = openLog(manualEnv(), { "max.message.bytes": "200" });
  log.appendAsLeader(batchOfSize(150), 0);
  const error = errorOf(() => log.appendAsLeader(batchOfSize(250), 0));
  assertEquals(error.code, "MESSAGE_TOO_LARGE");
  assertEquals([log.logEndOffset, log.activeSegment.size], [1, log.size]);
});

Deno.test("max.message.bytes does not bind a follower", () => {
  const log = openLog(manualEnv(), { "max.message.bytes": "200" });
  log.appendAsFollower(batchOfSize(500, { partitionLeaderEpoch: 0 }), 0);
  assertEquals(log.logEndOffset, 1);
});

Deno.test("a client's batch must begin at offset 0", () => {
  const log = openLog(manualEnv());
  const error = errorOf(() => log.appendAsLeader(batchOf(["a"], { baseOffset: 7 }), 0));
  assertEquals(error.code, "INVALID_RECORD");
  assert(error.message.includes("should be 0, but it is 7"));
});

Deno.test("a wrong checksum is refused on both paths", () => {
  const log = openLog(manualEnv());
  const leader = batchOf(["abc"]);
  leader[leader.length - 2]! ^= 1;
  assertThrows(() => log.appendAsLeader(leader, 0), CorruptRecordError);
  const follower = batchOf(["abc"], { partitionLeaderEpoch: 0 });
  follower[follower.length - 2]! ^= 1;
  assertThrows(() => log.appendAsFollower(follower, 0), CorruptRecordError);
  assertEquals([log.logEndOffset, log.size], [0, 0]);
});

Deno.test("bytes that are no batch are refused", () => {
  const log = openLog(manualEnv());
  for (const length of [-1, 0, 13]) {
    const bytes = new Uint8Array(100);
    new DataView(bytes.buffer).setInt32(8, length);
    assertThrows(() => log.appendAsLeader(bytes, 0), CorruptRecordError);
    assertThrows(() => log.appendAsFollower(bytes, 0), CorruptRecordError);
  }
  for (let seed = 0; seed < 50; seed++) {
    const env = manualEnv({ seed });
    const random = env.random.bytes(200);
    try {
      log.appendAsFollower(random, 0);
    } catch (error) {
      assert(error instanceof CorruptRecordError || error instanceof InvalidRecordError);
    }
  }
  assertEquals(log.logEndOffset, 0);
});

Deno.test("incomplete bytes behind the last batch are left out", () => {
  const log = openLog(manualEnv());
  const first = batchOf(["a"], { partitionLeaderEpoch: 0 });
  const torn = batchOf(["b"], { baseOffset: 1, partitionLeaderEpoch: 0 }).subarray(0, 40);
  const info = log.appendAsFollower(concat(first, torn), 0);
  assertEquals([info.validBytes, info.lastOffset, log.size], [first.length, 0, first.length]);
  assertEquals(log.appendAsFollower(torn, 0).validBytes, 0);
  assertEquals(log.logEndOffset, 1);
});

Deno.test("nothing to append appends nothing", () => {
  const log = openLog(manualEnv());
  const info = log.appendAsLeader(new Uint8Array(), 0);
  assertEquals([info.validBytes, info.firstOffset, log.logEndOffset], [0, -1, 0]);
});

Deno.test("a follower refuses offsets that do not grow", () => {
  const log = openLog(manualEnv());
  const error = errorOf(() =>
    log.appendAsFollower(
      concat(
        batchOf(["a"], { baseOffset: 5, partitionLeaderEpoch: 0 }),
        batchOf(["b"], { baseOffset: 5, partitionLeaderEpoch: 0 }),
      ),
      0,
    )
  );
  assert(error.message.startsWith("Out of order offsets found in append to events-0"));
});

Deno.test("a follower leaves out batches of a leader later than the one it asked", () => {
  const env = manualEnv();
  const log = openLog(env);
  const info = log.appendAsFollower(
    concat(
      batchOf(["a"], { baseOffset: 0, partitionLeaderEpoch: 1 }),
      batchOf(["b"], { baseOffset: 1, partitionLeaderEpoch: 2 }),
      batchOf(["c"], { baseOffset: 2, partitionLeaderEpoch: 1 }),
    ),
    1,
  );
  assertEquals([info.lastOffset, log.logEndOffset], [0, 1]);
  assertEquals(env.logger.matching("later leader epoch")[0]!.fields.batches, 2);
});

Deno.test("the leader of a Raft quorum gives offsets and epochs itself", () => {
  const log = openLog(manualEnv());
  const info = log.appendAsLeader(
    batchOf(["a", "b"], { baseOffset: 10, partitionLeaderEpoch: 4 }),
    4,
    { origin: "raft_leader" },
  );
  assertEquals([info.firstOffset, info.lastOffset, log.logEndOffset], [10, 11, 12]);
  const wrongEpoch = batchOf(["c"], { baseOffset: 12, partitionLeaderEpoch: 3 });
  assert(
    errorOf(() => log.appendAsLeader(wrongEpoch, 4, { origin: "raft_leader" })).message.includes(
      "expected 4 but the batch has 3",
    ),
  );
  const corrupt = batchOf(["c"], { baseOffset: 12, partitionLeaderEpoch: 4 });
  corrupt[corrupt.length - 1]! ^= 1;
  assertThrows(
    () => log.appendAsLeader(corrupt, 4, { origin: "raft_leader" }),
    CorruptRecordError,
  );
});
