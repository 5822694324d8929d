import { assertEquals } from "@std/assert";
import { replicaKey } from "../../../cluster/raft/voter_set.ts";
import { fetchRequest, saved, ScriptedReplica, sends, statics } from "./scripted_replica.ts";

Deno.test("a leader that hears from no majority steps down", () => {
  const replica = new ScriptedReplica();
  replica.elect();
  const from = replica.now;
  while (replica.state === "Leader") replica.wait();
  assertEquals([replica.state, replica.now - from], ["Resigned", 3000]);
});

Deno.test("a leader that is heard by a majority goes on", () => {
  const replica = new ScriptedReplica();
  replica.elect();
  const until = replica.now + 10_000;
  while (replica.now < until) {
    replica.ask(fetchRequest({ replica: replicaKey(2), maxWaitMs: 0 }));
    replica.wait();
  }
  assertEquals(replica.state, "Leader");
});

Deno.test("one that resigned stands again once its time is over, for no epoch that it led", () => {
  const replica = new ScriptedReplica();
  replica.start(saved({ leaderId: 1 }));
  assertEquals(replica.state, "Resigned");
  while (replica.state === "Resigned") replica.wait();
  assertEquals([replica.state, replica.node.state.epoch], ["Prospective", 4]);
});

Deno.test("an observer goes on asking a leader that does not answer, and others", () => {
  const replica = new ScriptedReplica({ history: statics(2, 3) });
  const asked = new Set<number>();
  replica.start(saved({ leaderId: 2 }));
  while (replica.now < 20_000) for (const { to } of sends(replica.wait())) asked.add(to.id);
  assertEquals([replica.state, asked], ["Follower", new Set([3, 2])]);
});

Deno.test("one that is to stop begins nothing", () => {
  const replica = new ScriptedReplica();
  replica.follow();
  replica.step({ type: "shutdown" });
  replica.now = 1_000_000;
  assertEquals(replica.step({ type: "poll" }), []);
  assertEquals([replica.state, replica.node.nextPollAt], ["Follower", undefined]);
});
