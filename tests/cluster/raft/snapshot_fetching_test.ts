import { assertEquals } from "@std/assert";
import {
  fetched,
  kinds,
  ScriptedReplica,
  sends,
  type Sent,
  snapshotPart,
} from "./scripted_replica.ts";

/** One that has begun to fetch the snapshot 30-3; its first question. */
function fetching(): { replica: ScriptedReplica; asked: Sent } {
  const replica = new ScriptedReplica();
  const snapshotId = { offset: 30, epoch: 3 };
  const [asked] = sends(replica.answer(replica.follow(), fetched({ snapshotId })));
  return { replica, asked: asked! };
}

Deno.test("a snapshot is fetched part by part, and takes the place of the log", () => {
  const { replica, asked } = fetching();
  const first = replica.answer(asked, snapshotPart(0, 60));
  assertEquals(kinds(first), ["append_snapshot", "send"]);
  const { request } = sends(first)[0]!;
  assertEquals(request.type === "fetch_snapshot" && request.position, 60);
  const last = replica.answer(sends(first)[0]!, snapshotPart(60, 40));
  assertEquals(kinds(last), ["append_snapshot", "complete_snapshot"]);
  replica.log.endOffset = 30;
  const after = sends(replica.step({ type: "stored", isStored: true }));
  assertEquals(after[0]!.request.type, "fetch");
});

Deno.test("a part that does not follow on the last one ends it", () => {
  for (
    const part of [
      snapshotPart(10, 60),
      snapshotPart(0, 0),
      snapshotPart(0, 101),
      snapshotPart(0, 60, { snapshotId: { offset: 31, epoch: 3 } }),
    ]
  ) {
    const { replica, asked } = fetching();
    assertEquals(kinds(replica.answer(asked, part))[0], "abandon_snapshot");
  }
});

Deno.test("a snapshot that is gone at the leader is asked for no more: a fetch tells of the next", () => {
  const { replica, asked } = fetching();
  const gone = snapshotPart(0, 0, { error: "SNAPSHOT_NOT_FOUND", snapshotId: undefined });
  const outputs = replica.answer(asked, gone);
  assertEquals([kinds(outputs), sends(outputs)[0]!.request.type], [
    ["abandon_snapshot", "send"],
    "fetch",
  ]);
});

Deno.test("a new leader's snapshot is another: what was fetched is let go", () => {
  const { replica } = fetching();
  const outputs = replica.step({
    type: "request",
    id: 1,
    request: {
      type: "begin_quorum_epoch",
      voter: undefined,
      leaderId: 3,
      epoch: 4,
      leaderEndpoints: [{ name: "CONTROLLER", host: "host3", port: 9093 }],
    },
  });
  assertEquals(kinds(outputs).includes("abandon_snapshot"), true);
});
