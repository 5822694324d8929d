import { assertEquals } from "@std/assert";
import { type Candidates, chooseLeader } from "../../../cluster/controller/leader_choice.ts";

function candidates(
  partial: Partial<Candidates> & { readonly up?: readonly number[] } = {},
): Candidates {
  const { up = [1, 2, 3], ...rest } = partial;
  return {
    replicas: [1, 2, 3],
    isr: [1, 2, 3],
    elr: [],
    leader: 1,
    lastKnownLeader: undefined,
    canLead: (id) => up.includes(id),
    ...rest,
  };
}

const clean = (leader: number) => ({ leader, isUnclean: false });
const unclean = (leader: number) => ({ leader, isUnclean: true });

Deno.test("whoever leads goes on leading while it is in sync and up", () => {
  assertEquals(chooseLeader("online", candidates({ leader: 2 })), clean(2));
  assertEquals(chooseLeader("unclean", candidates({ leader: 2 })), clean(2));
});

Deno.test("a preferred election prefers the first replica, then whoever leads", () => {
  assertEquals(chooseLeader("preferred", candidates({ leader: 3 })), clean(1));
  assertEquals(chooseLeader("preferred", candidates({ leader: 3, up: [2, 3] })), clean(3));
  assertEquals(chooseLeader("preferred", candidates({ leader: 1, up: [2, 3] })), clean(2));
  assertEquals(chooseLeader("preferred", candidates({ leader: 3, isr: [2, 3] })), clean(3));
});

Deno.test("the next leader is the first replica that is in sync and up", () => {
  assertEquals(chooseLeader("online", candidates({ up: [2, 3] })), clean(2));
  assertEquals(chooseLeader("online", candidates({ up: [2, 3], isr: [1, 3] })), clean(3));
});

Deno.test("who is eligible leads only when nobody is in sync", () => {
  assertEquals(chooseLeader("online", candidates({ leader: -1, isr: [], elr: [3] })), clean(3));
  assertEquals(
    chooseLeader("online", candidates({ leader: -1, isr: [1], elr: [3], up: [3] })),
    clean(-1),
  );
});

Deno.test("without anybody who has all, the last leader leads, and something may be lost", () => {
  const nobody = { leader: -1, isr: [], elr: [], lastKnownLeader: 2 };
  assertEquals(chooseLeader("online", candidates(nobody)), unclean(2));
  assertEquals(chooseLeader("preferred", candidates(nobody)), unclean(2));
  assertEquals(chooseLeader("online", candidates({ ...nobody, up: [1, 3] })), clean(-1));
  assertEquals(chooseLeader("online", candidates({ ...nobody, elr: [3], up: [1, 2] })), clean(-1));
});

Deno.test("only an unclean election takes somebody who was not in sync", () => {
  const nobody = { leader: -1, isr: [3], up: [1, 2] };
  assertEquals(chooseLeader("online", candidates(nobody)), clean(-1));
  assertEquals(chooseLeader("preferred", candidates(nobody)), clean(-1));
  assertEquals(chooseLeader("unclean", candidates(nobody)), unclean(1));
  assertEquals(chooseLeader("unclean", candidates({ ...nobody, up: [] })), clean(-1));
});
