import { assertEquals } from "@std/assert";
import { areRacksOfUse, RackInfo } from "../../../../client/consumer/assignors/rack_info.ts";

const placed = (...racks: readonly (readonly string[])[]) =>
  racks.map((racks, partition) => ({ partition, racks }));

Deno.test("racks matter when members share some with partitions that are not all in the same ones", () => {
  const partitions = placed(["x", "y"], ["y", "z"]);
  assertEquals(areRacksOfUse(new Set(["x"]), partitions), true);
  assertEquals(areRacksOfUse(new Set(), partitions), false);
  assertEquals(areRacksOfUse(new Set(["w"]), partitions), false);
  assertEquals(areRacksOfUse(new Set(["x"]), placed(["x", "y"], ["y", "x"])), false);
});

Deno.test("a member without a rack is neither near nor away", () => {
  const info = new RackInfo(["x", null, "", "y"], placed(["x"], ["x", "y"], []));
  const members = [0, 1, 2, 3];
  assertEquals(members.filter((member) => info.isNear(member, 0)), [0]);
  assertEquals(members.filter((member) => info.isAway(member, 0)), [3]);
  assertEquals(members.filter((member) => info.isNear(member, 1)), [0, 3]);
  assertEquals(members.filter((member) => info.isAway(member, 2)), [0, 3]);
});

Deno.test("it is counted how many members are near each partition, even where racks do not matter", () => {
  const racks = ["x", "x", "y", null];
  assertEquals(
    new RackInfo(racks, placed(["x"], ["y", "z"], ["x", "y"])).membersNear,
    Uint32Array.of(2, 1, 3),
  );
  const everywhere = new RackInfo(racks, placed(["x", "y"], ["y", "x"]));
  assertEquals([everywhere.isOfUse, everywhere.isAway(3, 0), everywhere.isNear(0, 0)], [
    false,
    false,
    false,
  ]);
  assertEquals(everywhere.membersNear, Uint32Array.of(3, 3));
  assertEquals(new RackInfo([null, ""], placed(["x"])).membersNear, undefined);
});
