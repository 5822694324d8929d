import { assertEquals } from "@std/assert";
import { snapshotDeletionReason } from "../../../cluster/raft/snapshot_retention.ts";

const input = { now: 10_000, logSize: 600, snapshotsSize: 400, oldestTimestamp: 1_000 };

Deno.test("the oldest snapshot goes by the size of log and snapshots together", () => {
  const config = { retentionMs: -1 };
  assertEquals(snapshotDeletionReason(input, { ...config, retentionBytes: 1000 }), undefined);
  assertEquals(
    snapshotDeletionReason(input, { ...config, retentionBytes: 999 }),
    "log size (600) and snapshots size (400) is greater than 999",
  );
});

Deno.test("the oldest snapshot goes by the age of its last record", () => {
  const config = { retentionBytes: -1 };
  assertEquals(snapshotDeletionReason(input, { ...config, retentionMs: 9000 }), undefined);
  assertEquals(
    snapshotDeletionReason(input, { ...config, retentionMs: 8999 }),
    "timestamp (1000) is now (10000) older than the retention (8999)",
  );
});

Deno.test("-1 is no limit", () => {
  assertEquals(snapshotDeletionReason(input, { retentionBytes: -1, retentionMs: -1 }), undefined);
});
