import { assertEquals } from "@std/assert";
import { matchLog, truncationOffset } from "../../../cluster/raft/raft_log_view.ts";
import { ScriptedLog } from "./scripted_replica.ts";

Deno.test("a log that has grown alike goes on at its end", () => {
  const log = new ScriptedLog();
  for (const [offset, epoch] of [[0, 0], [5, 1], [7, 2], [20, 3]] as const) {
    assertEquals(matchLog(log, { offset, epoch }), { kind: "valid" });
  }
});

Deno.test("a log that is something else is cut off where the last common epoch ends", () => {
  const log = new ScriptedLog();
  const parted = (offset: number, epoch: number) => {
    const match = matchLog(log, { offset, epoch });
    return match.kind === "diverging" ? match.end : match.kind;
  };
  assertEquals(parted(7, 1), { offset: 5, epoch: 1 });
  assertEquals(parted(21, 3), { offset: 20, epoch: 3 });
  assertEquals(parted(25, 9), { offset: 20, epoch: 3 });
});

Deno.test("a log that ends before this one begins needs the snapshot", () => {
  const log = new ScriptedLog();
  log.startOffset = 10;
  const id = { offset: 10, epoch: 2 };
  log.held = [[id, 1]];
  for (const [offset, epoch] of [[0, 0], [9, 2], [10, 1], [12, 1]] as const) {
    assertEquals(matchLog(log, { offset, epoch }), { kind: "snapshot", id });
  }
  assertEquals(matchLog(log, { offset: 12, epoch: 3 }), { kind: "valid" });
});

Deno.test("what both logs may have of the leader's last common epoch stays", () => {
  const log = new ScriptedLog();
  assertEquals(truncationOffset(log, { offset: 8, epoch: 2 }), 8);
  assertEquals(truncationOffset(log, { offset: 12, epoch: 2 }), 10);
  // An epoch that is not here: the end of the one before.
  log.epochs = [[1, 0], [3, 10]];
  assertEquals(truncationOffset(log, { offset: 15, epoch: 2 }), 10);
  assertEquals(truncationOffset(log, { offset: 3, epoch: 0 }), 3);
});
