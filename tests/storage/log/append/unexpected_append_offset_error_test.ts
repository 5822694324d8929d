import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { InvalidRecordError } from "../../../../storage/errors.ts";
import { UnexpectedAppendOffsetError } from "../../../../storage/log/append/unexpected_append_offset_error.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { batchOf, openLog } from "../../../support/partition_log.ts";

function errorOf(action: () => unknown): InvalidRecordError {
  try {
    action();
  } catch (error) {
    assertInstanceOf(error, InvalidRecordError);
    return error;
  }
  throw new Error("nothing was thrown");
}

Deno.test("a follower refuses offsets below the log end, and says which", () => {
  const log = openLog(manualEnv());
  log.appendAsFollower(batchOf(["a", "b", "c"], { partitionLeaderEpoch: 0 }), 0);
  const error = errorOf(() =>
    log.appendAsFollower(batchOf(["x", "y"], { baseOffset: 2, partitionLeaderEpoch: 0 }), 0)
  );
  assertInstanceOf(error, UnexpectedAppendOffsetError);
  assertEquals([error.firstOffset, error.lastOffset], [2, 3]);
  assert(error.message.includes("First offset 2 is less than the next offset 3."));
  assert(error.message.includes("First 10 offsets in append: 2, 3, last offset in append: 3."));
});

Deno.test("an empty log refuses a batch that begins below its start, and can be moved there", () => {
  const log = openLog(manualEnv(), {}, { logStartOffset: 7 });
  const records = () => batchOf(["a", "b", "c", "d"], { baseOffset: 5, partitionLeaderEpoch: 0 });
  const error = errorOf(() => log.appendAsFollower(records(), 0));
  assertInstanceOf(error, UnexpectedAppendOffsetError);
  assertEquals([error.firstOffset, error.lastOffset, log.logEndOffset], [5, 8, 7]);
  log.truncateFullyAndStartAt(error.firstOffset);
  log.appendAsFollower(records(), 0);
  assertEquals([log.logStartOffset, log.logEndOffset], [5, 9]);
});
