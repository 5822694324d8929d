import { assertEquals } from "@std/assert";
import {
  BOOTSTRAP_SNAPSHOT_ID,
  DELETED_SNAPSHOT_SUFFIX,
  parseSnapshotName,
  snapshotFileName,
} from "../../../cluster/raft/snapshot_path.ts";

Deno.test("a snapshot's name has its offset in 20 digits and its epoch in 10", () => {
  assertEquals(
    snapshotFileName({ offset: 81, epoch: 1 }),
    "00000000000000000081-0000000001.checkpoint",
  );
  assertEquals(
    snapshotFileName(BOOTSTRAP_SNAPSHOT_ID, DELETED_SNAPSHOT_SUFFIX),
    "00000000000000000000-0000000000.checkpoint.deleted",
  );
});

Deno.test("a name tells the snapshot and whether it is whole, half written or on its way out", () => {
  const id = { offset: 260, epoch: 3 };
  const name = snapshotFileName(id);
  assertEquals(parseSnapshotName(name), { id, state: "complete" });
  assertEquals(parseSnapshotName(`${name}.deleted`), { id, state: "deleted" });
  const partial = "00000000000000000260-0000000003-8231.checkpoint.part";
  assertEquals(parseSnapshotName(partial), { id, state: "partial" });
  for (const other of ["00000000000000000000.log", "bootstrap.checkpoint", "1-2.checkpoint", ""]) {
    assertEquals(parseSnapshotName(other), undefined, other);
  }
});
