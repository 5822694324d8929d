import { assertEquals } from "@std/assert";
import { InSyncReplicas } from "../../../cluster/replication/in_sync_replicas.ts";

const epochOf = (brokerId: number) => brokerId * 10;

function open(...isr: number[]) {
  const inSync = new InSyncReplicas();
  inSync.commit(new Set(isr));
  const sets = () => [[...inSync.committed], [...inSync.maximal]];
  return { inSync, sets };
}

Deno.test("who is to be added counts at once, and is in sync once the controller says so", () => {
  const { inSync, sets } = open(1, 2);
  const proposal = inSync.expand(3, epochOf)!;
  assertEquals([[...proposal.isr], proposal.added], [[[1, 10], [2, 20], [3, 30]], 3]);
  assertEquals(sets(), [[1, 2], [1, 2, 3]]);
  inSync.commit(new Set(proposal.isr.keys()));
  assertEquals([sets(), inSync.proposal], [[[1, 2, 3], [1, 2, 3]], undefined]);
});

Deno.test("who is to go counts until the controller says that it is gone", () => {
  const { inSync, sets } = open(1, 2, 3);
  const proposal = inSync.shrink([2], epochOf)!;
  assertEquals([[...proposal.isr.keys()], proposal.added], [[1, 3], undefined]);
  assertEquals(sets(), [[1, 2, 3], [1, 2, 3]]);
  inSync.commit(new Set([1, 3]));
  assertEquals(sets(), [[1, 3], [1, 3]]);
});

Deno.test("one proposal is under way at a time, and none that would change nothing", () => {
  const { inSync } = open(1, 2);
  assertEquals([inSync.expand(2, epochOf), inSync.shrink([], epochOf)], [undefined, undefined]);
  const proposal = inSync.expand(3, epochOf);
  assertEquals([inSync.expand(4, epochOf), inSync.shrink([2], epochOf)], [undefined, undefined]);
  assertEquals(inSync.proposal, proposal);
});

Deno.test("what the controller has refused counts no more", () => {
  const { inSync, sets } = open(1);
  inSync.expand(2, epochOf);
  inSync.reject();
  assertEquals([sets(), inSync.proposal], [[[1], [1]], undefined]);
});
