import { assertEquals } from "@std/assert";
import {
  fetchPositionText,
  isSameLeader,
  isSamePosition,
  NO_LEADER,
  positionAt,
} from "../../../client/consumer/fetch_position.ts";

Deno.test("positions are the same when all of them is", () => {
  const position = { offset: 1, offsetEpoch: 2, currentLeader: { leader: 3, leaderEpoch: 4 } };
  assertEquals(isSamePosition(position, structuredClone(position)), true);
  assertEquals(isSamePosition(position, { ...position, offset: 2 }), false);
  assertEquals(isSamePosition(position, { ...position, offsetEpoch: 3 }), false);
  assertEquals(isSamePosition(position, { ...position, currentLeader: NO_LEADER }), false);
  assertEquals(isSameLeader(NO_LEADER, { leader: -1, leaderEpoch: 0 }), false);
});

Deno.test("a position is written as Java writes it", () => {
  assertEquals(
    fetchPositionText(positionAt(7), new Map()),
    "FetchPosition{offset=7, offsetEpoch=Optional.empty, " +
      "currentLeader=LeaderAndEpoch{leader=Optional.empty, epoch=absent}}",
  );
  const currentLeader = { leader: 3, leaderEpoch: 4 };
  const node = { id: 3, host: "host", port: 9092, rack: null };
  assertEquals(
    fetchPositionText({ offset: 1, offsetEpoch: 2, currentLeader }, new Map([[3, node]])),
    "FetchPosition{offset=1, offsetEpoch=Optional[2], " +
      "currentLeader=LeaderAndEpoch{leader=Optional[host:9092 (id: 3 rack: null isFenced: false)], epoch=4}}",
  );
});
