import { assertEquals } from "@std/assert";
import { GroupStore } from "../../../../cluster/coordinator/group/group_store.ts";
import { ClassicGroup } from "../../../../cluster/coordinator/group/classic_group.ts";
import { ForeignGroup } from "../../../../cluster/coordinator/group/foreign_group.ts";
import { bytes } from "../../../support/group_harness.ts";

const other = (value: Uint8Array | null, recordType = 3) => ({
  type: "other" as const,
  recordType,
  group: "g",
  key: bytes("k"),
  value,
});

Deno.test("groups are found by id, and by what they are", () => {
  const store = new GroupStore();
  const classic = store.create("c", 7);
  const foreign = new ForeignGroup("f", "share");
  store.put(foreign);
  assertEquals([store.classic("c"), store.foreign("c")], [classic, undefined]);
  assertEquals([store.classic("f"), store.foreign("f")], [undefined, foreign]);
  assertEquals([store.get("c"), store.get("f"), store.get("x")], [
    classic.offsets,
    foreign,
    undefined,
  ]);
  assertEquals([...store.all()], [classic, foreign]);
  store.remove("c");
  store.remove("x");
  assertEquals(store.size, 1);
});

Deno.test("who only wants offsets kept has a group made, once", () => {
  const store = new GroupStore();
  const offsets = store.getOrMaybeCreateSimple("g");
  assertEquals(store.getOrMaybeCreateSimple("g"), offsets);
  assertEquals([store.classic("g")?.state, store.classic("g")?.protocolType], ["Empty", undefined]);
});

Deno.test("a group of another protocol comes and goes with its records", () => {
  const store = new GroupStore();
  store.replayOther(other(bytes("v")));
  assertEquals(store.foreign("g")?.type, "consumer");
  store.replayOther(other(null));
  assertEquals(store.size, 0);
  store.replayOther(other(null));
  store.replayOther(other(bytes("v"), 99));
  assertEquals(store.size, 0);
});

Deno.test("it takes the place of a group that only has offsets, not of one that has had members", () => {
  const store = new GroupStore();
  store.getOrMaybeCreateSimple("g");
  store.replayOther(other(bytes("v")));
  assertEquals(store.foreign("g")?.groupId, "g");
  store.put(new ClassicGroup("g", 1, { protocolType: "consumer" }));
  store.replayOther(other(bytes("v")));
  assertEquals(store.foreign("g"), undefined);
});
